select sensor.name as sensor, sensor.model, se.quantity, se.unit, f.kind,
       public.micros(f.started_at) as started_at, public.micros(f.ended_at) as ended_at, f.lowest, f.highest,
       public.micros(f.found_at) as found_at, s.newest_at = f.ended_at as lasts
from rules.sensor_fault f
join telemetry.series se using (series_id)
join telemetry.sensor sensor using (sensor_id)
left join rules.signal s using (series_id)
where (%(sensor)s::text is null or sensor.name = %(sensor)s)
    and (%(since)s::timestamptz is null or f.ended_at >= %(since)s)
    and (%(until)s::timestamptz is null or f.started_at <= %(until)s)
order by f.started_at desc, sensor.name
limit %(most)s
