-- What a draft claims for a unit, and for the whole of it before that was reduced.
select line.claim_line_id, line.amount, coalesce(line.reduced_from, line.amount) as whole
from erp.claim_line line
join binding.stock_unit unit using (unit_id)
where line.claim_id = %(claim_id)s and unit.code = %(unit)s and line.struck_at is null
