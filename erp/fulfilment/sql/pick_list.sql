-- What is to be picked, in the order of a walk through the house.
select orders.code as "order", reservation.line, product.code as product, unit.code as unit, lot.code as lot,
       stock.expires_on, place.path::text as location, carrier.code as handling_unit, reservation.quantity,
       product.unit_of_measure, reservation.quantity = stock.quantity as whole
from erp.reservation
join erp.sales_order orders using (sales_order_id)
join erp.sales_order_line line using (sales_order_id, line)
join erp.product product using (product_id)
join erp.stock stock on stock.unit_id = reservation.unit_id
join binding.stock_unit unit on unit.unit_id = reservation.unit_id
join erp.lot lot on lot.lot_id = stock.lot_id
left join binding.location place on place.location_id = stock.location_id
left join binding.handling_unit carrier on carrier.handling_unit_id = stock.handling_unit_id
left join erp.wave wave on wave.wave_id = orders.wave_id
where reservation.state = 'reserved'
    and (%(order)s::text is null or orders.code = %(order)s)
    and (%(wave)s::text is null or wave.code = %(wave)s)
order by place.path, stock.expires_on, stock.received_at, unit.code, orders.code, reservation.line
limit 10000
