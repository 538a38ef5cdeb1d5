select f.series_id, f.side, f.limit_value, public.micros(f.first_at) as first_at,
       public.micros(f.last_at) as last_at, public.micros(f.expected_at) as expected_at, f.seen,
       coalesce(case f.side when 'above' then sig.newest_highest > f.limit_value
                            else sig.newest_lowest < f.limit_value end, false) as reached
from rules.forecast f
left join rules.signal sig using (series_id)
