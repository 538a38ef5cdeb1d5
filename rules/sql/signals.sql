select series_id, public.micros(s.first_at) as start, public.micros(s.last_at) as "end",
       (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap
from rules.signal s
join telemetry.series se using (series_id)
where series_id = any(%(series_ids)s)
    and s.first_at is not null
