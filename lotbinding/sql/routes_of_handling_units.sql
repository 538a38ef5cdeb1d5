select m.handling_unit_id, public.micros(m.occurred_at) as occurred_at, m.location_id
from binding.movement m
where m.handling_unit_id = any(%(handling_unit_ids)s)
    and m.recorded_at <= %(known_at)s
    and not exists (
        select from binding.cancellation c
        where c.movement_id = m.movement_id and c.recorded_at <= %(known_at)s
    )
order by m.occurred_at
