select distinct on (c.sensor_id) s.name as sensor, coalesce(l.path::text, '') as place,
       c.due_on, public.micros(c.due_on::timestamptz) as due_at, c.certificate, c.due_on < current_date as overdue
from binding.calibration c
join telemetry.sensor s using (sensor_id)
left join binding.placement p on p.sensor_id = c.sensor_id and p.during @> now()
left join binding.location l using (location_id)
order by c.sensor_id, c.calibrated_on desc, c.recorded_at desc
