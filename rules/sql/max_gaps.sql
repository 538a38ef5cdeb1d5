select series_id, (extract(epoch from max_gap) * 1000000)::bigint as max_gap
from telemetry.series
where series_id = any(%(series_ids)s)
