select se.series_id, t.handling_unit_id, public.micros(lower(t.during)) as start,
       public.micros(upper(t.during)) as "end"
from binding.logger_travel t
join telemetry.series se on se.sensor_id = t.sensor_id and se.quantity = 'temperature'
where t.handling_unit_id = any(%(handling_unit_ids)s)
    and t.recorded_at <= coalesce(%(known)s::timestamptz, 'infinity')
    and not exists (
        select from binding.logger_travel_cancellation c
        where c.travel_id = t.travel_id and c.recorded_at <= coalesce(%(known)s::timestamptz, 'infinity')
    )
