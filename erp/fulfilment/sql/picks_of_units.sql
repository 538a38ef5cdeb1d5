select pick.pick_id, pick.unit_id, unit.code as unit, customer.code as customer, orders.code as "order",
       shipment.code as shipment
from erp.pick
join erp.sales_order orders using (sales_order_id)
join erp.customer customer using (customer_id)
join binding.stock_unit unit using (unit_id)
left join erp.shipment shipment on shipment.shipment_id = pick.shipment_id
where pick.unit_id = any(%(unit_ids)s) and pick.state = 'picked'
