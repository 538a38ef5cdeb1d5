select erp.keep_readings(series.series_id, recall.since, recall.until)
from erp.recall
join telemetry.sensor on sensor.name = recall.subject
join telemetry.series using (sensor_id)
where recall.recall_id = %(recall_id)s and recall.kind = 'sensor' and series.quantity = 'temperature'
