insert into erp.pick (sales_order_id, line, unit_id, taken_from, quantity, picked_at, picked_by, client_id)
select %(order_id)s, %(line)s, unit_id, %(taken_from)s, %(quantity)s, %(picked_at)s, %(by)s, %(client_id)s
from binding.stock_unit
where code = %(unit)s
returning pick_id
