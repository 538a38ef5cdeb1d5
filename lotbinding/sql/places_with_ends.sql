select location_id, path::text as path,
       case when closed_at is not null then public.micros(closed_at) end as closed_at
from binding.location
where location_id = any(%(location_ids)s)
