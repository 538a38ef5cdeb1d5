select orders.order_id, orders.supplier_id, orders.currency, replacement.claim_id
from erp.purchase_order orders
left join erp.claim_replacement replacement using (order_id)
where orders.code = %(order)s
for update of orders
