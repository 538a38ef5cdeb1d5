-- Who got any of these units: who, when, how much, and whom to call.
select customer.code as customer, customer.name, customer.contact, shipment.code as shipment, shipment.dispatched_at,
       shipment.delivered_at, shipment.delivered_to, orders.code as "order", unit.code as unit, lot.code as lot,
       product.code as product, sent.quantity, product.unit_of_measure,
       coalesce((select sum(back.quantity)
                 from erp.customer_return back
                 where back.shipment_id = sent.shipment_id and back.shipped_unit = sent.unit_id), 0) as returned
from erp.dispatch_line sent
join erp.shipment shipment using (shipment_id)
join erp.customer customer using (customer_id)
join erp.sales_order orders using (sales_order_id)
join binding.stock_unit unit on unit.unit_id = sent.unit_id
join erp.lot lot on lot.lot_id = sent.lot_id
join erp.product product on product.product_id = sent.product_id
where sent.unit_id = any(%(unit_ids)s)
order by customer.code, shipment.dispatched_at, unit.code
