select count(*)::integer as number
from telemetry.reading
where series_id = %(series_id)s and time between %(first)s and %(last)s
