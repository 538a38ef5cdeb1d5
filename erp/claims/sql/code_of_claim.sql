select code from erp.claim where claim_id = %(claim_id)s
