select s.name as sensor, se.quantity, coalesce(l.path::text, h.code, '') as place
from telemetry.series se
join telemetry.sensor s using (sensor_id)
left join binding.placement p on p.sensor_id = s.sensor_id and p.during @> public.at_micros(%(at)s)
left join binding.location l using (location_id)
left join binding.handling_unit h using (handling_unit_id)
where se.series_id = %(series_id)s
