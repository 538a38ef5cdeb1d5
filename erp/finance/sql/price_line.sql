-- What a person reduced stays as reduced.
update erp.claim_line set amount = %(amount)s
where claim_line_id = %(claim_line_id)s and reduced_from is null
