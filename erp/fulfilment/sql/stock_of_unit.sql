select stock.unit_id, unit.code as unit, stock.lot_id, lot.code as lot, stock.product_id, stock.expires_on,
       erp.instant(stock.received_at) as received_at, stock.free, stock.held, receipt.decision,
       place.path::text as location, place.kind as location_kind, stock.quantity
from erp.stock stock
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = stock.lot_id
join erp.goods_receipt receipt using (receipt_id)
left join binding.location place on place.location_id = stock.location_id
where stock.unit_id = %(unit_id)s
for no key update of stock
