-- The share lock keeps the order as it is until the receipt under it is committed.
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
for share of orders
