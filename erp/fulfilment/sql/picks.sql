select pick.pick_id, orders.code as "order", pick.line, unit.code as unit, source.code as taken_from, lot.code as lot,
       pick.quantity, pick.state, pick.picked_at, pick.picked_by, pick.why, rotation.in_order, rotation.expires_on,
       first_unit.code as first_unit, first_lot.code as first_lot, rotation.first_expires_on, rotation.reason
from erp.pick
join erp.sales_order orders using (sales_order_id)
join erp.rotation rotation using (pick_id)
join binding.stock_unit unit on unit.unit_id = pick.unit_id
join binding.stock_unit source on source.unit_id = pick.taken_from
join erp.lot lot on lot.lot_id = rotation.lot_id
join binding.stock_unit first_unit on first_unit.unit_id = rotation.first_unit_id
join erp.lot first_lot on first_lot.lot_id = rotation.first_lot_id
where (%(order)s::text is null or orders.code = %(order)s)
    and (%(lot)s::text is null or lot.code = %(lot)s)
    and (not %(out_of_order)s or not rotation.in_order)
order by pick.pick_id desc
limit 10000
