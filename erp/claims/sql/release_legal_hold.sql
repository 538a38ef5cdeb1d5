update erp.legal_hold
set released_at = clock_timestamp(), released_by = %(by)s, released_why = %(why)s
where legal_hold_id = %(legal_hold_id)s and released_at is null
