insert into erp.unit_cost (unit_id, lot_id, unit_price, currency)
select unit.unit_id, lot.lot_id, line.unit_price, orders.currency
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
where unit.unit_id = any(%(unit_ids)s)
order by unit.unit_id
on conflict (unit_id) do nothing
