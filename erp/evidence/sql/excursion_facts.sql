-- An excursion by each of the sensors that showed it; silence is shown by none.
select json_agg(json_build_object(
    'unit', unit.code,
    'excursion', excursion.excursion_id,
    'rule', rule.name,
    'severity', rule.severity,
    'asked', erp.asked(rule),
    'started_at', erp.utc(excursion.started_at),
    'since', erp.instant(excursion.started_at),
    'observed_until', erp.utc(excursion.observed_until),
    'until', erp.instant(excursion.observed_until),
    'beyond', (
        select (coalesce(sum(extract(epoch from upper(part) - lower(part))), 0) * 1000000)::bigint
        from unnest(excursion.beyond) part),
    'measured', coalesce(excursion.measured, excursion.peak),
    'peak', excursion.peak,
    'peak_at', erp.utc(excursion.peak_at),
    'withdrawn_why', excursion.superseded_why,
    'sensor', sensor.name,
    'digest', erp.kept_digest(series.series_id, excursion.started_at, excursion.observed_until)
) order by sensor.name)::text as facts
from rules.excursion excursion
join binding.stock_unit unit using (unit_id)
join rules.rule rule using (rule_id)
left join telemetry.series series on series.series_id = any(excursion.series)
left join telemetry.sensor sensor using (sensor_id)
where excursion.excursion_id = %(excursion_id)s
