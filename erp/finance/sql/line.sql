select claim_line_id from erp.claim_line where claim_id = %(claim_id)s and unit_id = %(unit_id)s for update
