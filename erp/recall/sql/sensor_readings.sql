select erp.instant(kept.time) as at, kept.value, kept.quality
from erp.recall
join telemetry.sensor on sensor.name = recall.subject
join telemetry.series using (sensor_id)
join erp.kept_reading kept
    on kept.series_id = series.series_id and kept.time >= recall.since and kept.time < recall.until
where recall.recall_id = %(recall_id)s and recall.kind = 'sensor' and series.quantity = 'temperature'
order by kept.time
