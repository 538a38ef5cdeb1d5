-- The readings of each stretch as columns of bytes: one row a stretch to fetch, not one a reading. Bits of quality
-- that only other facts can tell are added: 2 out of range, 4 stuck, 8 alone, 64 calibration overdue.
copy (
    select w.number::integer, felt.times, felt.readings, felt.qualities
    from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[])
        with ordinality as w (series_id, since, until, number)
    cross join lateral (
        select range_agg(tstzrange(f.started_at, f.ended_at, '[]')) filter (where f.kind = 'out_of_range') as wrong,
               range_agg(tstzrange(f.started_at, f.ended_at, '[]')) filter (where f.kind = 'stuck') as stuck,
               range_agg(tstzrange(f.started_at, f.ended_at, '[]')) filter (where f.kind in ('spike', 'jump')) as alone
        from rules.sensor_fault f
        where f.series_id = w.series_id
            and f.ended_at >= public.at_micros(w.since)
            and f.started_at < coalesce(public.at_micros(w.until), 'infinity')
            and (%(known_at)s::timestamptz is null or f.found_at <= %(known_at)s)
    ) fault
    cross join lateral (
        select range_agg(tstzrange(c.overdue_from, c.again_at)) as during
        from (
            select (due_on + 1)::timestamp at time zone 'UTC' as overdue_from,
                   lead(calibrated_on::timestamp at time zone 'UTC', 1, 'infinity')
                       over (order by calibrated_on, recorded_at) as again_at
            from binding.calibration
            join telemetry.series using (sensor_id)
            where series_id = w.series_id and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)
        ) c
        where c.overdue_from < c.again_at
    ) overdue
    cross join lateral (
        select string_agg(timestamptz_send(r.time), '') as times,
               string_agg(float8send(r.value), '') as readings,
               string_agg(int2send(r.quality), '') as qualities
        from (
            select time, value,
                   (quality
                    | case when fault.wrong @> time then 2 else 0 end
                    | case when fault.stuck @> time then 4 else 0 end
                    | case when fault.alone @> time then 8 else 0 end
                    | case when overdue.during @> time then 64 else 0 end)::smallint as quality
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
