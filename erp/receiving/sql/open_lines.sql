select line.line,
       line.product_id,
       line.quantity - coalesce((
           select sum(lot.quantity)
           from erp.lot
           join erp.goods_receipt receipt using (receipt_id)
           where lot.order_id = line.order_id
             and lot.order_line = line.line
             and lot.product_id = line.product_id
             and receipt.decision is distinct from 'refused'
       ), 0) as open
from erp.purchase_order orders
join erp.purchase_order_line line using (order_id)
where orders.code = %(order)s
order by line.line
