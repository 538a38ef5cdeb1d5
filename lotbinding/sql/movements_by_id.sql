select m.movement_id, coalesce(u.code, h.code) as thing, m.unit_id, m.handling_unit_id, m.kind, m.location_id,
       m.packed_into, public.micros(m.occurred_at) as occurred_at, m.document,
       exists (select from binding.cancellation c where c.movement_id = m.movement_id) as cancelled
from binding.movement m
left join binding.stock_unit u using (unit_id)
left join binding.handling_unit h on h.handling_unit_id = m.handling_unit_id
where m.movement_id = any(%(movement_ids)s)
