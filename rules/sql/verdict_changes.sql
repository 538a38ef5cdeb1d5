-- What judging again found, and what it took back, in the order in which that was recorded.
select u.code as unit, lot.code as lot, r.name as rule, public.micros(e.started_at) as started_at,
       public.micros(changed.at) as changed_at, changed.withdrawn, changed.why
from rules.excursion e
join rules.rule r using (rule_id)
join binding.stock_unit u using (unit_id)
join erp.lot lot using (lot_id)
cross join lateral (
    values (e.recorded_at, false, ''), (e.superseded_at, true, coalesce(e.superseded_why, ''))
) as changed (at, withdrawn, why)
where changed.at >= %(since)s
order by changed.at, e.excursion_id, changed.withdrawn
