-- The sensors that hung at these places themselves.
select p.location_id, se.series_id, public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end",
       coalesce(l.needed, 1) as needed
from binding.placement p
join binding.location l using (location_id)
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
where p.location_id = any(%(location_ids)s)
order by p.location_id, se.series_id, p.during
