-- As copy_readings_felt, of readings that are evidence only, and without their qualities, which no figure needs.
copy (
    select w.number::integer, felt.times, felt.readings
    from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[])
        with ordinality as w (series_id, since, until, number)
    cross join lateral (
        select range_agg(tstzrange(f.started_at, f.ended_at, '[]')) as during
        from rules.sensor_fault f
        where f.series_id = w.series_id
            and f.kind <> 'unconfirmed'
            and f.ended_at >= public.at_micros(w.since)
            and f.started_at < coalesce(public.at_micros(w.until), 'infinity')
            and (%(known_at)s::timestamptz is null or f.found_at <= %(known_at)s)
    ) fault
    cross join lateral (
        select string_agg(timestamptz_send(r.time), '') as times,
               string_agg(float8send(r.value), '') as readings
        from (
            select time, value
            from telemetry.reading
            where series_id = w.series_id
                and time >= public.at_micros(w.since)
                and time < coalesce(public.at_micros(w.until), 'infinity')
                and (fault.during is null or not fault.during @> time)
                and (%(known_at)s::timestamptz is null or received_at <= %(known_at)s)
            order by time
        ) r
    ) felt
    where felt.times is not null
) to stdout with (format binary)
