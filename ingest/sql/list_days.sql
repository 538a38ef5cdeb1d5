-- Puts the days that are over now on the list, at most a month of them at once: after an update there may
-- be years. A day is over when nothing can come for it any more without saying so.
with told as (
    select coalesce(
               listed_until,
               (select min(first.time at time zone 'UTC')::date
                from telemetry.series
                cross join lateral (
                    select min(time) as time from telemetry.reading r where r.series_id = series.series_id
                ) first)
           ) as since,
           ((%(now)s::timestamptz - %(over_after)s::interval) at time zone 'UTC')::date as until
    from telemetry.sealing
),
step as (
    select since, least(until, since + 31) as until from told where since < until
),
listed as (
    insert into telemetry.unsealed_day (day, series_id)
    select day.day, series.series_id
    from step
    cross join lateral generate_series(0, until - since - 1) as number
    cross join lateral (select since + number as day) day
    cross join telemetry.series series
    where exists (
            select from telemetry.reading r
            where r.series_id = series.series_id
                and r.time >= day.day::timestamp at time zone 'UTC'
                and r.time < (day.day + 1)::timestamp at time zone 'UTC'
        )
        and not exists (
            select from telemetry.sealed_day s where s.series_id = series.series_id and s.day = day.day
        )
    on conflict do nothing
)
update telemetry.sealing set listed_until = step.until from step
