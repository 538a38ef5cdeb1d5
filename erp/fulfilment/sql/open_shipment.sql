insert into erp.shipment (code, customer_id, vehicle, carrier, opened_by)
values (%(code)s, %(customer_id)s, (select location_id from binding.location where path::text = %(vehicle)s::text),
        %(carrier)s, %(by)s)
on conflict (code) do nothing
