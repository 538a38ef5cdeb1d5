select p.placing_id, p.sensor_id, public.micros(p.occurred_at) as occurred_at, p.location_id, p.handling_unit_id
from binding.placing p
where p.sensor_id = any(%(sensor_ids)s)
    and p.recorded_at <= %(known_at)s
    and not exists (
        select from binding.placing_cancellation c
        where c.placing_id = p.placing_id and c.recorded_at <= %(known_at)s
    )
