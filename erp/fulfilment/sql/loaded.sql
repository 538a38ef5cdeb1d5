-- What is loaded for a shipment, with the handling unit it is in now.
select pick.pick_id, pick.unit_id, unit.code as unit, carrier.code as handling_unit, orders.code as "order"
from erp.pick
join binding.stock_unit unit using (unit_id)
join erp.sales_order orders using (sales_order_id)
join erp.stock stock using (unit_id)
left join binding.handling_unit carrier on carrier.handling_unit_id = stock.handling_unit_id
where pick.shipment_id = %(shipment_id)s and pick.state = 'picked'
order by pick.unit_id
