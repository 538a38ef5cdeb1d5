-- The lowest and the highest reading of each stretch at their own times, never an average.
-- date_bin is plain PostgreSQL and works on a TimescaleDB hypertable as it is.
with stretch as (
    select
        reading.series_id,
        array_agg(reading.time order by reading.value, reading.time) as times,
        array_agg(reading.value order by reading.value, reading.time) as reading_values
    from telemetry.reading reading
    join telemetry.series series using (series_id)
    where $__timeFilter(reading.time) and series.quantity = 'temperature'
    group by
        reading.series_id,
        date_bin(greatest($__interval_ms, 1000) * interval '1 millisecond', reading.time, timestamptz 'epoch')
), drawn as (
    select series_id, times[1] as time, reading_values[1] as value from stretch
    union
    select series_id, times[cardinality(times)], reading_values[cardinality(reading_values)] from stretch
)
select drawn.time as "time", coalesce(place.name || ', ', '') || sensor.name as metric, drawn.value
from drawn
join telemetry.series series using (series_id)
join telemetry.sensor sensor using (sensor_id)
left join binding.placement hung on hung.sensor_id = sensor.sensor_id and hung.during @> drawn.time
left join binding.location place using (location_id)
order by 1, 2
