-- What went with an ancestor before the split went with what was split off.
select l.unit_id, se.series_id, public.micros(lower(t.during)) as start,
       least(public.micros(upper(t.during)), public.micros(nullif(l.until, 'infinity'))) as "end"
from binding.lineage l
join binding.logger_travel t on t.unit_id = l.ancestor_id and lower(t.during) < l.until
join telemetry.series se on se.sensor_id = t.sensor_id and se.quantity = 'temperature'
where l.unit_id = any(%(unit_ids)s)
    and t.recorded_at <= coalesce(%(known)s::timestamptz, 'infinity')
    and not exists (
        select from binding.logger_travel_cancellation c
        where c.travel_id = t.travel_id and c.recorded_at <= coalesce(%(known)s::timestamptz, 'infinity')
    )
