-- What happened to the units, to what they were split from, and to the handling units they were in.
with family as (
    select distinct ancestor_id as unit_id
    from binding.lineage
    where unit_id = any(%(unit_ids)s)
),
own as (
    select m.movement_id, m.unit_id, m.handling_unit_id, m.kind, m.location_id, m.packed_into, m.occurred_at
    from family
    join binding.movement m using (unit_id)
    where m.recorded_at <= %(known_at)s
        and not exists (
            select from binding.cancellation c
            where c.movement_id = m.movement_id and c.recorded_at <= %(known_at)s
        )
),
carried as (
    select m.movement_id, m.unit_id, m.handling_unit_id, m.kind, m.location_id, m.packed_into, m.occurred_at
    from (select distinct packed_into as handling_unit_id from own where packed_into is not null) carrier
    join binding.movement m using (handling_unit_id)
    where m.recorded_at <= %(known_at)s
        and not exists (
            select from binding.cancellation c
            where c.movement_id = m.movement_id and c.recorded_at <= %(known_at)s
        )
)
select movement_id, unit_id, handling_unit_id, kind, location_id, packed_into,
       public.micros(occurred_at) as occurred_at, parent_id
from own
join binding.stock_unit using (unit_id)
union all
select movement_id, unit_id, handling_unit_id, kind, location_id, packed_into,
       public.micros(occurred_at), null
from carried
