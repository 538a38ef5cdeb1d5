select m.movement_id, m.kind, l.path::text as path, into_unit.code as packed_into,
       public.micros(m.occurred_at) as occurred_at, public.micros(m.recorded_at) as recorded_at, m.recorded_by,
       m.document, case when c.recorded_at is not null then public.micros(c.recorded_at) end as cancelled_at, c.recorded_by as cancelled_by,
       c.reason as cancelled_why, c.replaced_by
from binding.movement m
left join binding.location l using (location_id)
left join binding.handling_unit into_unit on into_unit.handling_unit_id = m.packed_into
left join binding.cancellation c using (movement_id)
where m.unit_id = %(unit_id)s or m.handling_unit_id = %(handling_unit_id)s
order by m.occurred_at, m.movement_id
