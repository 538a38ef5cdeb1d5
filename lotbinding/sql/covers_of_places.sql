select distinct se.series_id, l.path::text as path,
       public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end"
from unnest(%(paths)s::ltree[]) as place (path)
join binding.location l on l.path @> place.path
join binding.placement p on p.location_id = l.location_id
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
