select shipment.shipment_id, shipment.code, customer.code as customer, vehicle.path::text as vehicle, shipment.carrier,
       shipment.state, shipment.dispatched_at, shipment.delivered_at, shipment.delivered_to, shipment.remark
from erp.shipment
join erp.customer customer using (customer_id)
left join binding.location vehicle on vehicle.location_id = shipment.vehicle
where (%(code)s::text is null or shipment.code = %(code)s)
order by shipment.shipment_id desc
limit 1000
