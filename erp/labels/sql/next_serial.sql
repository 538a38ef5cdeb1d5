insert into erp.sscc_serial as known (prefix, serial)
values (%(prefix)s, 1)
on conflict (prefix) do update set serial = known.serial + 1
returning serial
