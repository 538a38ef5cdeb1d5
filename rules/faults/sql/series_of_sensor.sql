select se.series_id, se.quantity, se.unit, sensor.model
from telemetry.series se
join telemetry.sensor sensor using (sensor_id)
where sensor.name = %(sensor)s
order by se.quantity
