-- Claims on the goods of excursions' units that were sent: under the unit, or under what it was split from after the fault.
select distinct excursion.excursion_id, claim.claim_id, claim.code, unit.code as unit
from rules.excursion excursion
join binding.stock_unit unit using (unit_id)
join binding.lineage line on line.unit_id = unit.unit_id
join erp.claim_line claimed on claimed.unit_id = line.ancestor_id and claimed.struck_at is null
join erp.claim claim using (claim_id)
where excursion.excursion_id = any(%(excursions)s)
  and claim.state <> 'draft'
  and (line.ancestor_id = unit.unit_id or line.until > excursion.breached_at)
order by claim.code
