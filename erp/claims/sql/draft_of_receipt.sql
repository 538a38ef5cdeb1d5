select code from erp.claim where receipt_id = %(receipt_id)s and state = 'draft' order by claim_id limit 1
