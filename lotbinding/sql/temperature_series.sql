select sensor_id, series_id
from telemetry.series
where sensor_id = any(%(sensor_ids)s) and quantity = 'temperature'
