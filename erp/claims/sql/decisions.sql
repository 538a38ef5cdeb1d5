-- What was decided about the goods of a claim.
select distinct decided.disposition_id, unit.code as unit, decided.kind, decided.quantity, decided.child, decided.grade,
       decided.words, signed.full_name as by, decided.effective_at
from erp.claim_on_goods claimed
join erp.hold hold on hold.unit_id = claimed.unit_id
join erp.disposition decided using (hold_id)
join erp.signature signed on signed.signature_id = coalesce(decided.second_id, decided.signature_id)
join binding.stock_unit unit on unit.unit_id = claimed.unit_id
where claimed.claim_id = %(claim_id)s and decided.state = 'effective'
order by decided.disposition_id
