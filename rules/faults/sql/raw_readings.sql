-- The readings of a stretch, faulty or not, as one string of 16 bytes a reading; what comes after them.
select string_agg(timestamptz_send(r.time) || float8send(r.value), '' order by r.time) as readings,
       exists (
           select from telemetry.reading later
           where later.series_id = %(series_id)s and later.time > public.at_micros(%(until)s)
       ) as more,
       exists (
           select from telemetry.reading later
           where later.series_id = %(series_id)s and later.time > public.at_micros(%(until)s)
               and not exists (
                   select from rules.sensor_fault f
                   where f.series_id = later.series_id and f.kind = 'out_of_range'
                       and later.time between f.started_at and f.ended_at
               )
       ) as more_believable
from telemetry.reading r
where r.series_id = %(series_id)s and r.time between public.at_micros(%(since)s) and public.at_micros(%(until)s)
