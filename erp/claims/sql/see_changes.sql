update erp.claim_change
set seen_at = clock_timestamp(), seen_by = %(by)s, seen_why = %(why)s
where claim_id = %(claim_id)s and seen_at is null
