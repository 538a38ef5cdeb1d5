select se.series_id, se.quantity, sensor.model, (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap,
       true as known, l.lowest, l.highest, l.error_values, l.max_step, l.max_rate,
       (extract(epoch from l.stuck_after) * 1000000)::bigint as stuck_after, l.stuck_levels, l.low, sensor.name as sensor
from rules.sensor_limits l
join telemetry.series se using (series_id)
join telemetry.sensor sensor using (sensor_id)
where l.told_by is not null
order by sensor.name, se.quantity
