select s.sensor_id, se.series_id
from telemetry.sensor s
join telemetry.series se using (sensor_id)
where s.name = %(serial)s and se.quantity = 'temperature'
