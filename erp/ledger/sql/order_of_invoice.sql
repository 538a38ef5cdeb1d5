select orders.order_id, orders.supplier_id, supplier.code as supplier, orders.currency, claim.code as replaces
from erp.purchase_order orders
join erp.supplier supplier using (supplier_id)
left join erp.claim_replacement replacement on replacement.order_id = orders.order_id
left join erp.claim claim on claim.claim_id = replacement.claim_id
where orders.code = %(order)s
