-- What equally near sensors show now: those at places where at least two that measure temperature hang.
select p.location_id, l.path::text as place, se.series_id, s.name as sensor,
       (sig.newest_lowest + sig.newest_highest) / 2 as shows,
       coalesce((select c.due_on >= current_date from binding.calibration c where c.sensor_id = s.sensor_id
                 order by c.calibrated_on desc, c.recorded_at desc limit 1), false) as calibrated,
       public.micros(sig.newest_at) as at
from binding.placement p
join binding.location l using (location_id)
join telemetry.sensor s using (sensor_id)
join telemetry.series se on se.sensor_id = s.sensor_id and se.quantity = 'temperature'
join rules.signal sig using (series_id)
where p.during @> now() and sig.newest_at = sig.last_at
    and sig.newest_at > now() - 2 * se.max_gap
    and exists (
        select from binding.placement other
        where other.location_id = p.location_id and other.during @> now() and other.sensor_id <> p.sensor_id
    )
order by p.location_id, se.series_id
