-- The readings of each stretch as columns of bytes: one row a stretch to fetch, not one a reading.
copy (
    select w.number::integer, felt.times, felt.readings, felt.qualities
    from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[])
        with ordinality as w (series_id, since, until, number)
    cross join lateral (
        select string_agg(timestamptz_send(r.time), '') as times,
               string_agg(float8send(r.value), '') as readings,
               string_agg(int2send(r.quality), '') as qualities
        from (
            select time, value, quality
            from telemetry.reading
            where series_id = w.series_id
                and time >= public.at_micros(w.since)
                and time < coalesce(public.at_micros(w.until), 'infinity')
                and (%(known_at)s::timestamptz is null or received_at <= %(known_at)s)
            order by time
        ) r
    ) felt
    where felt.times is not null
) to stdout with (format binary)
