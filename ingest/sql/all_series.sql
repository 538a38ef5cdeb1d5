select series.series_id, sensor.name as sensor, series.quantity, series.unit
from telemetry.series
join telemetry.sensor using (sensor_id)
