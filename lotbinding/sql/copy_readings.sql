-- The readings of each stretch as columns of bytes: a row for each sealed day it touches, which may hold more
-- than the stretch, and one for each time between those. One row to fetch, not one a reading. Qualities are
-- empty where all are 0, and everywhere when they are not asked for, which is quicker.
copy (
    with asked as materialized (
        select number::integer as number, series_id, public.at_micros(since) as since,
               coalesce(public.at_micros(until), 'infinity') as until
        from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[])
            with ordinality as told (series_id, since, until, number)
    ),
    sealed as materialized (
        select asked.number, s.day, s.times, s.measured,
               case when %(qualities)s then coalesce(s.qualities, '') else '' end as qualities
        from asked
        join telemetry.sealed_day s
            on s.series_id = asked.series_id
            and s.day between (asked.since at time zone 'UTC')::date and (asked.until at time zone 'UTC')::date
            and (%(known_at)s::timestamptz is null or s.received_until <= %(known_at)s)
    ),
    between_them as (
        select asked.number, asked.series_id, part
        from asked
        cross join lateral (
            select range_agg(tstzrange(day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC'))
                       as days
            from sealed
            where sealed.number = asked.number
        ) taken
        cross join lateral unnest(
            tstzmultirange(tstzrange(asked.since, asked.until)) - coalesce(taken.days, '{}')
        ) as part
    )
    select number, times, measured, qualities
    from sealed
    union all
    select between_them.number, raw.times, raw.measured, raw.qualities
    from between_them
    cross join lateral (
        select string_agg(timestamptz_send(r.time), '') as times,
               string_agg(float8send(r.value), '') as measured,
               coalesce(string_agg(int2send(r.quality), '') filter (where %(qualities)s), '') as qualities
        from (
            select time, value, quality
            from telemetry.reading
            where series_id = between_them.series_id
                and time >= lower(between_them.part)
                and time < coalesce(upper(between_them.part), 'infinity')
                and (%(known_at)s::timestamptz is null or received_at <= %(known_at)s)
            order by time
        ) r
    ) raw
    where raw.times is not null
) to stdout with (format binary)
