copy (
    select w.number, r.time, r.value
    from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        with ordinality as w (series_id, since, until, number)
    cross join lateral (
        select coalesce((select max(time) from telemetry.reading
                         where series_id = w.series_id and time < w.since), w.since) as first,
               coalesce((select min(time) from telemetry.reading
                         where series_id = w.series_id and time > w.until), w.until) as last
    ) edge
    cross join lateral (
        select time, value
        from telemetry.reading
        where series_id = w.series_id and time between edge.first and edge.last
    ) r
) to stdout with (format binary)
