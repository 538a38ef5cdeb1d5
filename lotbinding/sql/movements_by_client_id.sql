select m.client_id, m.unit_id, m.handling_unit_id, m.kind, m.location_id, m.packed_into,
       public.micros(m.occurred_at) as occurred_at
from binding.movement m
where m.client_id = any(%(client_ids)s)
