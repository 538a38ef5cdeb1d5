-- Every place with a sensor: its newest temperature, against the tightest limits of the goods it spoke for.
select
    place.name as "Room",
    sensor.name as "Sensor",
    newest.value as "Temperature",
    case
        when newest.time is null or newest.time < now() - series.max_gap then 'silent'
        when newest.value > limits.upper then 'above'
        when newest.value < limits.lower then 'below'
        when limits.upper is null and limits.lower is null then 'no limit'
        else 'within'
    end as "Standing",
    extract(epoch from now() - newest.time)::double precision as "Since last reading",
    limits.lower as "Lower limit",
    limits.upper as "Upper limit",
    goods.units as "Units",
    goods.held as "Held",
    place.path::text as "Place"
from binding.placement hung
join binding.location place using (location_id)
join telemetry.sensor sensor using (sensor_id)
join telemetry.series series on series.sensor_id = sensor.sensor_id and series.quantity = 'temperature'
left join lateral (
    select reading.time, reading.value
    from telemetry.reading reading
    where reading.series_id = series.series_id
    order by reading.time desc
    limit 1
) newest on true
cross join lateral (
    select max(watch.limit_value) filter (where watch.side = 'below') as lower,
           min(watch.limit_value) filter (where watch.side = 'above') as upper
    from rules.watch watch
    where watch.series_id = series.series_id and watch.stretch = interval '0' and watch.tells
) limits
cross join lateral (
    select count(distinct stay.unit_id) as units, count(distinct hold.unit_id) as held
    from binding.location inside
    join binding.stay stay on stay.location_id = inside.location_id and upper_inf(stay.during)
    left join erp.hold hold on hold.unit_id = stay.unit_id and hold.released_at is null
    where inside.path <@ place.path
) goods
where hung.during @> now()
order by place.path, sensor.name
