select orders.code as "order", reservation.line, unit.code as unit, reservation.quantity, reservation.why
from erp.reservation
join erp.sales_order orders using (sales_order_id)
join binding.stock_unit unit using (unit_id)
where reservation.unit_id = any(%(unit_ids)s) and reservation.state = 'released' and reservation.ended_at = now()
union all
select orders.code, pick.line, unit.code, pick.quantity, pick.why
from erp.pick
join erp.sales_order orders using (sales_order_id)
join binding.stock_unit unit using (unit_id)
where pick.unit_id = any(%(unit_ids)s) and pick.state = 'put_back' and pick.ended_at = now()
