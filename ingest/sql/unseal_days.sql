select telemetry.unseal(array_agg(series_id), array_agg(date '1970-01-01' + day))
from unnest(%(series)s::integer[], %(days)s::integer[]) as changed (series_id, day)
