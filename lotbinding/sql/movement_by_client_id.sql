select m.unit_id, m.kind, l.path::text as path, public.micros(m.occurred_at) as occurred_at, m.client_id
from binding.movement m
left join binding.location l using (location_id)
where m.client_id = %(client_id)s
