-- Claims on the goods of a unit that were sent: under it, or under what it was split from after the breach.
select distinct claim.claim_id, claim.code, unit.code as unit
from rules.excursion excursion
join binding.lineage line on line.unit_id = excursion.unit_id
join erp.claim_line claimed on claimed.unit_id = line.ancestor_id and claimed.struck_at is null
join erp.claim claim using (claim_id)
join binding.stock_unit unit on unit.unit_id = excursion.unit_id
where excursion.excursion_id = %(excursion_id)s
  and claim.state <> 'draft'
  and (line.ancestor_id = excursion.unit_id or line.until > excursion.breached_at)
order by claim.code
