update erp.claim_line line
set struck_at = clock_timestamp(), struck_by = %(by)s, struck_why = %(why)s
from binding.stock_unit unit
where unit.unit_id = line.unit_id and unit.code = %(unit)s and line.claim_id = %(claim_id)s
  and line.struck_at is null
