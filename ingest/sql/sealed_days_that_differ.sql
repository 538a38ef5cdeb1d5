-- Sealed days that do not say what the readings say now.
select sensor.name || '/' || series.quantity as series, s.day::text as day
from telemetry.sealed_day s
join telemetry.series series using (series_id)
join telemetry.sensor sensor using (sensor_id)
cross join lateral (
    select count(*) as readings, max(received_at) as received_until,
           string_agg(timestamptz_send(time), '') as times,
           string_agg(float8send(value), '') as measured,
           string_agg(int2send(quality), '') as qualities
    from (
        select time, value, quality, received_at
        from telemetry.reading r
        where r.series_id = s.series_id
            and r.time >= s.day::timestamp at time zone 'UTC'
            and r.time < (s.day + 1)::timestamp at time zone 'UTC'
        order by time
    ) r
) whole
where (s.readings, s.received_until, s.times, s.measured)
        is distinct from (whole.readings, whole.received_until, whole.times, whole.measured)
    or coalesce(s.qualities, decode(repeat('0000', s.readings), 'hex')) is distinct from whole.qualities
order by series, s.day
limit 20
