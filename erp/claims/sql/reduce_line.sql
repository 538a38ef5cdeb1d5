update erp.claim_line
set amount = %(amount)s, reduced_from = coalesce(reduced_from, amount), reduced_by = %(by)s, reduced_why = %(why)s
where claim_line_id = %(claim_line_id)s
