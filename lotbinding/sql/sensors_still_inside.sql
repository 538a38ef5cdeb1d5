select distinct s.name as code
from binding.location l
join binding.placement p on p.location_id = l.location_id and p.during && public.span(%(at)s::bigint, null)
join telemetry.sensor s using (sensor_id)
where l.path <@ %(path)s::ltree
order by s.name
