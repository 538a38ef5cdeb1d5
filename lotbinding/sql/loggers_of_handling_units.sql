select p.handling_unit_id, public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end"
from binding.placement p
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
where p.handling_unit_id is not null and p.during && public.span(%(since)s, %(until)s)
