select claim_id, code from erp.claim
where receipt_id = %(receipt_id)s and against = %(against)s and state = 'draft'
for update
