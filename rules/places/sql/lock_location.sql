select location_id, case when closed_at is not null then public.micros(closed_at) end as closed_at
from binding.location
where path::text = %(path)s
for no key update
