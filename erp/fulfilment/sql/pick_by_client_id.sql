select pick.pick_id, orders.code as "order", pick.line, unit.code as unit, source.code as taken_from, pick.quantity
from erp.pick
join erp.sales_order orders using (sales_order_id)
join binding.stock_unit unit on unit.unit_id = pick.unit_id
join binding.stock_unit source on source.unit_id = pick.taken_from
where pick.client_id = %(client_id)s
