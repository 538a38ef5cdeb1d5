select location_id, path::text, name, kind, coalesce(needed, 1) as needed, public.micros(closed_at) as closed_at
from binding.location
where location_id = any(%(location_ids)s) and closed_at is not null
