-- The manifest of a shipment with the condition in which each unit left us.
select unit.code as unit, lot.code as lot, lot.supplier_lot, lot.expires_on, product.code as product,
       product.name as product_name, sent.quantity, product.unit_of_measure, orders.code as "order", sent.line,
       carrier.code as handling_unit, condition.since, condition.until, condition.readings, condition.lowest,
       condition.highest, condition.mean, condition.mkt, condition.beyond::text as beyond,
       extract(epoch from condition.unmonitored)::double precision as unmonitored_seconds, condition.verdict
from erp.dispatch_line sent
join erp.shipment shipment using (shipment_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = sent.lot_id
join erp.product product on product.product_id = sent.product_id
join erp.sales_order orders using (sales_order_id)
left join binding.handling_unit carrier on carrier.handling_unit_id = sent.handling_unit_id
left join erp.delivery_condition condition using (shipment_id, unit_id)
where shipment.code = %(code)s
order by lot.code, unit.code
