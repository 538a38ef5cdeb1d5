select sensor.name as sensor, erp.instant(kept.time) as at, kept.value, kept.quality
from rules.excursion excursion
join erp.kept_reading kept on kept.series_id = any(excursion.series)
    and kept.time between excursion.started_at and excursion.observed_until
join telemetry.series series on series.series_id = kept.series_id
join telemetry.sensor sensor using (sensor_id)
where excursion.excursion_id = %(excursion_id)s
order by sensor.name, kept.time
