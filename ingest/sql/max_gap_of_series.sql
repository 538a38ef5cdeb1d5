select (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap
from telemetry.series se
join telemetry.sensor s using (sensor_id)
where s.name = %(name)s and se.quantity = %(quantity)s
