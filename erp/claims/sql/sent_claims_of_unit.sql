-- Claims on the goods of a unit that were sent: under it, or under what it was split from after the fault.
select distinct claim.claim_id, claim.code, unit.code as unit
from binding.stock_unit unit
join binding.lineage line on line.unit_id = unit.unit_id
join erp.claim_line claimed on claimed.unit_id = line.ancestor_id and claimed.struck_at is null
join erp.claim claim using (claim_id)
where unit.unit_id = %(unit_id)s
  and claim.state <> 'draft'
  and (line.ancestor_id = unit.unit_id or line.until > public.at_micros(%(at)s))
order by claim.code
