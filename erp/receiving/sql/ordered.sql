-- The lock keeps the order as it is until the receipt under it is committed, and lets deliveries of one
-- order be counted one after the other.
select orders.order_id,
       line.product_id,
       product.unit_of_measure,
       array(
           select other.line from erp.purchase_order_line other
           where other.order_id = orders.order_id
           order by other.line
       ) as lines
from erp.purchase_order orders
left join erp.purchase_order_line line on line.order_id = orders.order_id and line.line = %(line)s
left join erp.product product on product.product_id = line.product_id
where orders.code = %(order)s
for no key update of orders
