select direction, occurred_at, recorded_by, correspondent, body, document
from erp.claim_letter
where claim_id = %(claim_id)s
order by occurred_at, claim_letter_id
