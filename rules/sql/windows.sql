-- The readings of each window as one string of 16 bytes a reading: one row to fetch, not thousands.
select w.number::integer as number,
       string_agg(timestamptz_send(r.time) || float8send(r.value), '' order by r.time) as readings
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    with ordinality as w (series_id, since, until, number)
cross join lateral (
    select coalesce((select max(time) from telemetry.reading
                     where series_id = w.series_id and time < w.since), w.since) as first,
           coalesce((select min(time) from telemetry.reading
                     where series_id = w.series_id and time > w.until), w.until) as last
) edge
join telemetry.reading r on r.series_id = w.series_id and r.time between edge.first and edge.last
group by w.number
order by w.number
