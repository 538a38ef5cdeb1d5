-- Stores the readings that are new, puts the stretch they lie in on the judges' list, and says which days changed.
with stored as (
    insert into telemetry.reading (series_id, time, value)
    select series.series_id, public.at_micros(told.at), told.value
    from unnest(%(times)s::bigint[], %(values)s::double precision[]) as told (at, value)
    join telemetry.sensor sensor on sensor.name = %(sensor)s
    join telemetry.series series on series.sensor_id = sensor.sensor_id and series.quantity = %(quantity)s
    on conflict do nothing
    returning series_id, time
),
due as (
    insert into rules.due (series_id, since, until)
    select series_id, min(time), max(time)
    from stored
    group by series_id
    returning pg_notify('coldbind_due', '')
)
select (select count(*) from stored)::integer as readings
from (select count(*) from due) as told
cross join lateral (
    select telemetry.unseal(array_agg(series_id), array_agg((time at time zone 'UTC')::date))
    from stored
) as unsealed
