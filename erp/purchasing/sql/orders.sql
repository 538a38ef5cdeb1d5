select orders.code, supplier.code as supplier, orders.ordered_on, orders.currency, count(*) as lines,
       count(*) filter (where erp.still_open(line.*) > 0) as open
from erp.purchase_order orders
join erp.supplier supplier using (supplier_id)
join erp.purchase_order_line line using (order_id)
group by orders.order_id, supplier.code
having %(complete)s or count(*) filter (where erp.still_open(line.*) > 0) > 0
order by orders.ordered_on desc, orders.code
