-- The readings of each window as one string of 16 bytes a reading: one row to fetch, not thousands. Readings
-- that a fault of the sensor explains are left out; a window without any is there with none. The readings of
-- one window come in order from the index, so they are gathered by themselves: together they would be sorted.
select w.number::integer as number,
       edge.first is null as open_start, edge.last is null as open_end, measured.readings
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    with ordinality as w (series_id, since, until, number)
cross join lateral (
    select (select before.time from telemetry.reading before
            where before.series_id = w.series_id and before.time < w.since
                and coalesce((select f.ended_at from rules.sensor_fault f
                              where f.series_id = w.series_id and f.started_at <= before.time
                              order by f.started_at desc limit 1) < before.time, true)
            order by before.time desc limit 1) as first,
           (select later.time from telemetry.reading later
            where later.series_id = w.series_id and later.time > w.until
                and coalesce((select f.ended_at from rules.sensor_fault f
                              where f.series_id = w.series_id and f.started_at <= later.time
                              order by f.started_at desc limit 1) < later.time, true)
            order by later.time limit 1) as last
) edge
cross join lateral (
    select range_agg(tstzrange(f.started_at, f.ended_at, '[]')) as during
    from rules.sensor_fault f
    where f.series_id = w.series_id
        and f.started_at <= coalesce(edge.last, w.until) and f.ended_at >= coalesce(edge.first, w.since)
) faulty
cross join lateral (
    select string_agg(timestamptz_send(r.time) || float8send(r.value), '' order by r.time) as readings
    from telemetry.reading r
    where r.series_id = w.series_id
        and r.time between coalesce(edge.first, w.since) and coalesce(edge.last, w.until)
        and (faulty.during is null or not faulty.during @> r.time)
) measured
order by w.number
