select claim.claim_id,
       claim.code,
       claim.state,
       claim.currency,
       claim.accepted,
       claim.due_on,
       claim.supplier_id,
       supplier.code as supplier,
       receipt.code as receipt,
       coalesce(receipt.decision = 'refused', false) as refused,
       orders.code as "order",
       erp.claim_total(claim.claim_id) as total,
       coalesce((select sum(line.amount) from erp.claim_line line
                 where line.claim_id = claim.claim_id and line.struck_at is null), 0)
       + coalesce((select sum(item.amount) from erp.claim_item item
                   where item.claim_id = claim.claim_id and item.struck_at is null), 0) as goods,
       erp.claim_credited(claim.claim_id) as credited,
       erp.claim_replaced(claim.claim_id) as replaced,
       exists (select from erp.claim_change change
               where change.claim_id = claim.claim_id and change.seen_at is null) as changed
from erp.claim claim
join erp.supplier supplier using (supplier_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = claim.order_id
where claim.code = %(code)s
