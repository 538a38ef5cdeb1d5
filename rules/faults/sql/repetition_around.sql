-- From the first to the last reading that repeat the value of the readings at both ends of a stretch.
select public.micros(coalesce(begun.first, public.at_micros(%(since)s))) as start,
       public.micros(coalesce(ends.last, public.at_micros(%(until)s))) as "end"
from (select (
    select time from telemetry.reading
    where series_id = %(series_id)s
        and time > coalesce((
            select r.time from telemetry.reading r
            where r.series_id = %(series_id)s and r.time <= public.at_micros(%(since)s)
                and r.value <> (
                    select value from telemetry.reading
                    where series_id = %(series_id)s and time <= public.at_micros(%(since)s)
                    order by time desc limit 1)
            order by r.time desc limit 1
        ), '-infinity')
        and time <= public.at_micros(%(since)s)
    order by time limit 1
) as first) begun
cross join (select (
    select time from telemetry.reading
    where series_id = %(series_id)s
        and time < coalesce((
            select r.time from telemetry.reading r
            where r.series_id = %(series_id)s and r.time >= public.at_micros(%(until)s)
                and r.value <> (
                    select value from telemetry.reading
                    where series_id = %(series_id)s and time >= public.at_micros(%(until)s)
                    order by time limit 1)
            order by r.time limit 1
        ), 'infinity')
        and time >= public.at_micros(%(until)s)
    order by time desc limit 1
) as last) ends
