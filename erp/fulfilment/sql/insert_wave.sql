insert into erp.wave (code, opened_by) values (%(code)s, %(by)s) on conflict (code) do nothing
