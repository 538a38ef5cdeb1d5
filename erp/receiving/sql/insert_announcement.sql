insert into erp.announcement (code, order_id, recorded_by)
values (%(code)s, %(order_id)s, %(by)s)
returning announcement_id as id
