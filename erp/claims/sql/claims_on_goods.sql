select distinct claim.claim_id, claim.code, unit.code as unit
from erp.claim_on_goods claimed
join erp.claim claim using (claim_id)
join binding.stock_unit unit on unit.unit_id = claimed.unit_id
where claimed.unit_id = %(unit_id)s and claim.state <> 'closed'
order by claim.code
