select claim.code,
       claim.state,
       supplier.code as supplier,
       receipt.code as receipt,
       claim.currency,
       erp.claim_total(claim.claim_id) as total,
       claim.accepted,
       erp.claim_credited(claim.claim_id) as credited,
       erp.claim_replaced(claim.claim_id) as replaced,
       claim.opened_at,
       claim.due_on,
       (select max(event.occurred_at) from erp.claim_event event
        where event.claim_id = claim.claim_id and event.after = claim.state) as since,
       coalesce(terms.answer_days, 14) as answer_days,
       (select count(*)::integer from erp.claim_change change
        where change.claim_id = claim.claim_id and change.seen_at is null) as changes
from erp.claim claim
join erp.supplier supplier using (supplier_id)
join erp.goods_receipt receipt using (receipt_id)
left join erp.claim_terms terms using (supplier_id)
where (%(state)s::text is null or claim.state = %(state)s)
  and (%(supplier)s::text is null or supplier.code = %(supplier)s)
order by claim.due_on, claim.claim_id
