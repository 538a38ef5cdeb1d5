-- Limits that a series is near to, on the good side, by its newest readings; only series that measure now, and only
-- lines of the temperature that change a verdict when they are crossed.
select w.series_id, w.side, w.limit_value, s.name as sensor, coalesce(l.path::text, h.code, s.name) as place,
       public.micros(sig.newest_at) as at
from rules.signal sig
join telemetry.series se using (series_id)
join rules.watch w using (series_id)
join telemetry.sensor s using (sensor_id)
left join binding.placement p on p.sensor_id = s.sensor_id and p.during @> sig.newest_at
left join binding.location l using (location_id)
left join binding.handling_unit h using (handling_unit_id)
where sig.newest_at = sig.last_at
    and w.stretch = interval '0' and w.tells
    and sig.newest_at > public.at_micros(%(now)s) - 2 * se.max_gap
    and case w.side
        when 'above' then sig.newest_highest <= w.limit_value and sig.newest_highest > w.limit_value - %(near)s
        else sig.newest_lowest >= w.limit_value and sig.newest_lowest < w.limit_value + %(near)s
    end
order by w.series_id, w.side, w.limit_value
