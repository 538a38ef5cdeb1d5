insert into erp.claim_charge (claim_id, kind, amount, words, document, recorded_by)
values (%(claim_id)s, %(kind)s, %(amount)s, %(words)s, %(document)s, %(by)s)
