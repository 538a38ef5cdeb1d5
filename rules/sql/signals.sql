select series_id, public.micros(first_at) as start, public.micros(last_at) as "end"
from rules.signal
where series_id = any(%(series_ids)s)
    and first_at is not null
