-- Where the sensor hung during the time asked: every place inside its place, or its handling unit.
select inside.location_id, inside.path::text as path, p.handling_unit_id, se.series_id,
       public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end"
from telemetry.sensor s
join telemetry.series se on se.sensor_id = s.sensor_id and se.quantity = 'temperature'
join binding.placement p on p.sensor_id = s.sensor_id and p.during && public.span(%(since)s, %(until)s)
left join binding.location l on l.location_id = p.location_id
left join binding.location inside on inside.path <@ l.path
where s.name = %(sensor)s
