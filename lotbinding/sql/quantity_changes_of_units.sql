select q.unit_id, q.movement_id, public.micros(q.occurred_at) as occurred_at, q.delta, q.reason
from binding.quantity_change q
join binding.movement m using (movement_id)
where q.unit_id = any(%(unit_ids)s)
    and m.recorded_at <= %(known_at)s
    and not exists (
        select from binding.cancellation c
        where c.movement_id = q.movement_id and c.recorded_at <= %(known_at)s
    )
order by q.occurred_at, q.change_id
