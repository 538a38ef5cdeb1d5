select public.micros(reading.time) as at, reading.value as stored, told.value as told
from unnest(%(times)s::bigint[], %(values)s::double precision[]) as told (at, value)
join telemetry.sensor sensor on sensor.name = %(sensor)s
join telemetry.series series on series.sensor_id = sensor.sensor_id and series.quantity = %(quantity)s
join telemetry.reading reading
    on reading.series_id = series.series_id and reading.time = public.at_micros(told.at)
where reading.value <> told.value
order by reading.time
limit 1
