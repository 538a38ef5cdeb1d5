-- How much of each line is still to come, below 0 when too much came; nothing of a closed one.
select line.line,
       line.product_id,
       case when line.closed_at is null then line.quantity - erp.received(line.*) else 0 end as open
from erp.purchase_order orders
join erp.purchase_order_line line using (order_id)
where orders.code = %(order)s
order by line.line
