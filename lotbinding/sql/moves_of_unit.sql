select public.micros(occurred_at) as occurred_at, location_id
from binding.movement
where unit_id = %(unit_id)s
