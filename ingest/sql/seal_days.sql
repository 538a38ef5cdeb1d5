-- Seals days on the list that are over, the oldest first; days without readings just leave the list.
with due as materialized (
    select day, series_id
    from telemetry.unsealed_day
    where day < ((%(now)s::timestamptz - %(over_after)s::interval) at time zone 'UTC')::date
    order by day, series_id
    limit %(limit)s
),
gone as (
    delete from telemetry.unsealed_day d using due where d.day = due.day and d.series_id = due.series_id
),
sealed as (
    insert into telemetry.sealed_day (series_id, day, readings, received_until, times, measured, qualities)
    select due.series_id, due.day, whole.readings, whole.received_until, whole.times, whole.measured,
           case when whole.remarkable then whole.qualities end
    from due
    cross join lateral (
        select count(*) as readings, max(received_at) as received_until, bool_or(quality <> 0) as remarkable,
               string_agg(timestamptz_send(time), '') as times,
               string_agg(float8send(value), '') as measured,
               string_agg(int2send(quality), '') as qualities
        from (
            select time, value, quality, received_at
            from telemetry.reading r
            where r.series_id = due.series_id
                and r.time >= due.day::timestamp at time zone 'UTC'
                and r.time < (due.day + 1)::timestamp at time zone 'UTC'
            order by time
        ) r
    ) whole
    where whole.readings > 0
    returning readings
)
select (select count(*) from due)::integer as days, coalesce((select sum(readings) from sealed), 0)::bigint as readings
