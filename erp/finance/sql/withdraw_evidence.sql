with withdrawn as (
    update erp.claim_evidence evidence
    set withdrawn_at = clock_timestamp(),
        withdrawn_why = %(why)s
    from erp.claim_line asked
    join erp.claim of using (claim_id)
    where evidence.excursion_id = %(excursion_id)s
        and evidence.withdrawn_at is null
        and asked.claim_line_id = evidence.claim_line_id
        and of.against = coalesce(%(against)s, of.against)
    returning evidence.claim_line_id
)
select line.claim_line_id, claim.code as claim, unit.code as unit
from (select distinct claim_line_id from withdrawn) lost
join erp.claim_line line using (claim_line_id)
join erp.claim claim using (claim_id)
join binding.stock_unit unit using (unit_id)
order by line.claim_line_id
