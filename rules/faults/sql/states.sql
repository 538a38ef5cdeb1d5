select s.series_id, public.micros(s.newest_at) as newest,
       case when s.last_at is not null then public.micros(s.last_at) end as evidence,
       s.newest_lowest as lowest, s.newest_highest as highest,
       public.micros(s.steady_since) as steady_since, s.steady_is_fine, coalesce(f.kind, 'none') as fault
from rules.signal s
left join rules.sensor_fault f on f.series_id = s.series_id and f.ended_at = s.newest_at
where s.series_id = any(%(series_ids)s) and s.newest_at is not null
