-- The sensors that hung at these places or around them, or inside these handling units.
select distinct se.series_id, l.path::text as path, null::bigint as handling_unit_id,
       public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end",
       coalesce(l.needed, 1) as needed
from unnest(%(paths)s::ltree[]) as place (path)
join binding.location l on l.path @> place.path
join binding.placement p on p.location_id = l.location_id
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
union all
select se.series_id, null, p.handling_unit_id,
       public.micros(lower(p.during)), public.micros(upper(p.during)), 1
from binding.placement p
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
where p.handling_unit_id = any(%(handling_unit_ids)s)
