-- Readings under claim, as they were kept, held against the archive. One that retention dropped is not altered.
select sensor.name as sensor,
       kept.time,
       kept.value as kept,
       reading.value as found
from erp.kept_reading kept
join telemetry.series using (series_id)
join telemetry.sensor sensor using (sensor_id)
left join telemetry.reading reading on reading.series_id = kept.series_id and reading.time = kept.time
where reading.value is distinct from kept.value
order by kept.time, sensor.name
