with withdrawn as (
    update erp.claim_flag
    set withdrawn_at = clock_timestamp(),
        withdrawn_why = %(why)s
    where flag_id = %(flag_id)s and withdrawn_at is null
    returning claim_line_id
)
select line.claim_line_id, claim.code as claim, unit.code as unit
from (select distinct claim_line_id from withdrawn) lost
join erp.claim_line line using (claim_line_id)
join erp.claim claim using (claim_id)
join binding.stock_unit unit using (unit_id)
order by line.claim_line_id
