select s.name as sensor, se.quantity, count(r.series_id)::integer as readings
from telemetry.series se
join telemetry.sensor s using (sensor_id)
left join telemetry.reading r using (series_id)
group by s.name, se.quantity
