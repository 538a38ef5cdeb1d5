select q.unit_id, q.movement_id, public.micros(q.occurred_at) as occurred_at, q.delta, q.reason
from binding.quantity_change q
where q.movement_id = any(%(movement_ids)s)
