-- All that was ever told about calibrations, newest first; of two for one day the newer one counts.
select s.name as sensor, c.calibrated_on, c.offset_k, c.due_on, c.certificate,
       public.micros(c.recorded_at) as recorded_at, c.recorded_by,
       c.calibration_id <> first_value(c.calibration_id) over (
           partition by c.sensor_id, c.calibrated_on order by c.recorded_at desc, c.calibration_id desc
       ) as replaced
from binding.calibration c
join telemetry.sensor s using (sensor_id)
where (%(sensor)s::text is null or s.name = %(sensor)s) and c.recorded_at <= %(known_at)s
order by s.name collate "C", c.calibrated_on desc, c.recorded_at desc, c.calibration_id desc
