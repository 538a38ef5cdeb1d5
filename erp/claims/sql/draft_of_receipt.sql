select code from erp.claim where receipt_id = %(receipt_id)s and state = 'draft' and against = 'supplier' order by claim_id limit 1
