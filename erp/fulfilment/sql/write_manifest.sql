insert into erp.dispatch_line
    (shipment_id, pick_id, unit_id, lot_id, product_id, sales_order_id, line, quantity, handling_unit_id)
select pick.shipment_id, pick.pick_id, pick.unit_id, stock.lot_id, stock.product_id, pick.sales_order_id, pick.line,
       pick.quantity, stock.handling_unit_id
from erp.pick
join erp.stock stock using (unit_id)
where pick.shipment_id = %(shipment_id)s and pick.state = 'picked'
order by pick.pick_id
