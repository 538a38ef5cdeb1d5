-- What of these units is left with us, and where.
select unit.code as unit, lot.code as lot, stock.quantity, product.unit_of_measure, place.path::text as location,
       carrier.code as handling_unit, stock.held,
       exists (select from erp.hold
               where hold.unit_id = stock.unit_id and hold.cause = 'recall' and hold.released_at is null) as blocked
from erp.stock stock
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = stock.lot_id
join erp.product product on product.product_id = stock.product_id
left join binding.location place on place.location_id = stock.location_id
left join binding.handling_unit carrier on carrier.handling_unit_id = stock.handling_unit_id
where stock.unit_id = any(%(unit_ids)s)
order by unit.code
