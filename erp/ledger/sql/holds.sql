select unit_id, public.micros(placed_at) as since, public.micros(released_at) as until
from erp.hold
where unit_id = any(%(unit_ids)s) and released_at is distinct from placed_at
