select se.series_id, s.name || '/' || se.quantity as name,
       (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap
from telemetry.series se
join telemetry.sensor s using (sensor_id)
where se.series_id = any(%(series_ids)s)
