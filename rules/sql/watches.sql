select series_id, side, limit_value, (extract(epoch from stretch) * 1000000)::bigint as stretch, tells, averaged
from rules.watch
where series_id = any(%(series_ids)s)
