select u.code as unit, r.name as rule, e.started_at,
       exists (select from erp.claim_evidence c
               where c.excursion_id = e.excursion_id and c.withdrawn_at is null) as claimed
from rules.excursion e
join rules.rule r using (rule_id)
join binding.stock_unit u using (unit_id)
where e.superseded_at is null
order by u.code, e.started_at
