insert into erp.claim_change (claim_id, words)
select %(claim_id)s, %(words)s
where not exists (select from erp.claim_change where claim_id = %(claim_id)s and words = %(words)s)
