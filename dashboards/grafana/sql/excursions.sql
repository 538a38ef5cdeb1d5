-- Excursions that stand and touch the time shown, the newest first.
select
    excursion.started_at as "Began",
    excursion.ended_at as "Ended",
    lot.code as "Lot",
    unit.code as "Unit",
    rule.name as "Rule",
    rule.severity as "Severity",
    excursion.peak as "Peak",
    (
        select coalesce(sum(extract(epoch from upper(part) - lower(part))), 0)::double precision
        from unnest(excursion.beyond) part
    ) as "Beyond"
from rules.excursion excursion
join rules.rule rule using (rule_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
where excursion.superseded_at is null
    and excursion.started_at <= $__timeTo()
    and coalesce(excursion.ended_at, excursion.observed_until) >= $__timeFrom()
order by excursion.started_at desc, unit.code
limit 200
