select se.series_id, s.name as sensor, (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap
from telemetry.series se
join telemetry.sensor s using (sensor_id)
where se.series_id = any(%(series_ids)s)
