select orders.code
from erp.claim_replacement replacement
join erp.purchase_order orders using (order_id)
where replacement.claim_id = %(claim_id)s
order by orders.code
