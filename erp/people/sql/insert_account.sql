insert into erp.account (login, full_name, password_hash, recorded_by)
values (%(login)s, %(full_name)s, %(password_hash)s, %(by)s)
on conflict (login) do nothing
returning account_id as id
