select before, after, amount, occurred_at, recorded_at, recorded_by, why, document
from erp.claim_event
where claim_id = %(claim_id)s
order by claim_event_id
