select kind, amount, words, document, recorded_by
from erp.claim_charge
where claim_id = %(claim_id)s
order by claim_charge_id
