select series_id, side, limit_value
from rules.watch
where series_id = any(%(series_ids)s)
