select p.placement_id as id
from binding.placement p
join telemetry.sensor s using (sensor_id)
join binding.location l using (location_id)
where s.name = %(sensor)s and l.path = %(path)s::ltree and lower(p.during) = %(since)s
