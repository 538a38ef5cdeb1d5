-- An excursion by each of the sensors that showed it; silence is shown by none.
select json_agg(erp.excursion_told(excursion, rule) || jsonb_build_object(
    'unit', unit.code,
    'started_at', erp.utc(excursion.started_at),
    'since', erp.instant(excursion.started_at),
    'observed_until', erp.utc(excursion.observed_until),
    'until', erp.instant(excursion.observed_until),
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
