update erp.claim_item
set struck_at = clock_timestamp(), struck_by = %(by)s, struck_why = %(why)s
where claim_id = %(claim_id)s and claim_item_id = %(claim_item_id)s and struck_at is null
