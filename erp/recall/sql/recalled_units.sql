-- The goods of a recall, unit by unit: from whom they came, and what of them is where.
select unit.code as unit, lot.code as lot, lot.supplier_lot, product.code as product, supplier.code as supplier,
       orders.code as "order", lot.order_line as line, receipt.code as receipt, recalled.joined_at, recalled.why,
       coalesce(stock.quantity, 0) as here, place.path::text as location, carrier.code as handling_unit,
       exists (select from erp.hold
               where hold.unit_id = unit.unit_id and hold.cause = 'recall' and hold.released_at is null) as blocked,
       coalesce((select sum(sent.quantity) from erp.dispatch_line sent where sent.unit_id = unit.unit_id), 0) as shipped,
       product.unit_of_measure
from erp.recall_unit recalled
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.supplier supplier using (supplier_id)
left join erp.stock stock on stock.unit_id = unit.unit_id
left join binding.location place on place.location_id = stock.location_id
left join binding.handling_unit carrier on carrier.handling_unit_id = stock.handling_unit_id
where recalled.recall_id = %(recall_id)s
order by unit.code
