select location_id, path::text, name, kind, coalesce(needed, 1) as needed,
       case when closed_at is not null then public.micros(closed_at) end as closed_at
from binding.location
where path = %(path)s::ltree
