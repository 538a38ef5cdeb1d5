select f.series_id, f.side, f.limit_value, public.micros(f.first_at) as first_at,
       public.micros(f.last_at) as last_at, public.micros(f.expected_at) as expected_at, f.seen,
       coalesce(l.path::text, h.code, s.name) as place,
       coalesce(case f.side when 'above' then sig.newest_highest > f.limit_value
                            else sig.newest_lowest < f.limit_value end, false) as reached
from rules.forecast f
join telemetry.series using (series_id)
join telemetry.sensor s using (sensor_id)
left join rules.signal sig using (series_id)
left join binding.placement p on p.sensor_id = s.sensor_id and p.during @> sig.newest_at
left join binding.location l using (location_id)
left join binding.handling_unit h using (handling_unit_id)
