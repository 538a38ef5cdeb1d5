-- The newest reading of each series, with the sensor that took it.
select s.series_id, sensor.name as sensor, newest.value, public.micros(newest.time) as at
from telemetry.series s
join telemetry.sensor sensor using (sensor_id)
cross join lateral (
    select r.time, r.value
    from telemetry.reading r
    where r.series_id = s.series_id
    order by r.time desc
    limit 1
) newest
where s.series_id = any(%(series_ids)s)
