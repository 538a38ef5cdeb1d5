-- Where the sensor hung during the time asked: every place inside its place, or its handling unit, also
-- the one it went with as a travelling logger.
select inside.location_id, inside.path::text as path, p.handling_unit_id, se.series_id,
       public.micros(lower(p.during)) as start, public.micros(upper(p.during)) as "end"
from telemetry.sensor s
join telemetry.series se on se.sensor_id = s.sensor_id and se.quantity = 'temperature'
join binding.placement p on p.sensor_id = s.sensor_id and p.during && public.span(%(since)s, %(until)s)
left join binding.location l on l.location_id = p.location_id
left join binding.location inside on inside.path <@ l.path
where s.name = %(sensor)s
union all
select null, null, t.handling_unit_id, se.series_id,
       public.micros(lower(t.during)), public.micros(upper(t.during))
from telemetry.sensor s
join telemetry.series se on se.sensor_id = s.sensor_id and se.quantity = 'temperature'
join binding.logger_travel t on t.sensor_id = s.sensor_id and t.during && public.span(%(since)s, %(until)s)
where s.name = %(sensor)s and t.handling_unit_id is not null
    and not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)
