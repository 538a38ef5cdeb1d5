select unit.code as unit, lot.code as lot, product.code as product, product.name as product_name,
       stock.quantity, stock.reserved, product.unit_of_measure, stock.expires_on, stock.received_at,
       place.path::text as location, place.kind as location_kind, carrier.code as handling_unit, stock.since,
       receipt.decision,
       array(select hold.cause from erp.hold where hold.unit_id = stock.unit_id and hold.released_at is null
             order by hold.cause) as held_for
from erp.stock stock
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = stock.lot_id
join erp.goods_receipt receipt using (receipt_id)
join erp.product product on product.product_id = stock.product_id
left join binding.location place on place.location_id = stock.location_id
left join binding.handling_unit carrier on carrier.handling_unit_id = stock.handling_unit_id
where (%(lot)s::text is null or stock.lot_id = (select lot_id from erp.lot where code = %(lot)s))
    and (%(product)s::text is null
         or stock.product_id = (select product_id from erp.product where code = %(product)s))
    and (%(unit)s::text is null or stock.unit_id = (select unit_id from binding.stock_unit where code = %(unit)s))
    and (%(location)s::text is null
         or stock.location_id in (
             select inside.location_id
             from binding.location around
             join binding.location inside on inside.path <@ around.path
             where around.path::text = %(location)s))
order by stock.expires_on nulls last, stock.received_at, unit.code
limit %(most)s
