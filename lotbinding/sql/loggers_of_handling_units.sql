select p.handling_unit_id, public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end"
from binding.placement p
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
where p.handling_unit_id is not null and p.during && public.span(%(since)s, %(until)s)
union all
select t.handling_unit_id, public.micros(lower(t.during)), public.micros(upper(t.during))
from binding.logger_travel t
join telemetry.series se on se.sensor_id = t.sensor_id and se.quantity = 'temperature'
where t.handling_unit_id is not null and t.during && public.span(%(since)s, %(until)s)
    and not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)
