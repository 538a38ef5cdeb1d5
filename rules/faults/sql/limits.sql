select se.series_id, se.quantity, sensor.model, (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap,
       l.series_id is not null as known, l.lowest, l.highest, l.error_values, l.max_step, l.max_rate,
       (extract(epoch from l.stuck_after) * 1000000)::bigint as stuck_after, l.stuck_levels, l.low
from telemetry.series se
join telemetry.sensor sensor using (sensor_id)
left join rules.sensor_limits l using (series_id)
where se.series_id = any(%(series_ids)s)
