select s.name as sensor, coalesce(l.path::text, '') as place, se.unit, sig.newest_lowest as shows,
       lim.low, public.micros(sig.newest_at) as at
from rules.sensor_limits lim
join rules.signal sig using (series_id)
join telemetry.series se using (series_id)
join telemetry.sensor s using (sensor_id)
left join binding.placement p on p.sensor_id = s.sensor_id and p.during @> now()
left join binding.location l using (location_id)
where lim.low is not null and sig.newest_at is not null
order by s.name
