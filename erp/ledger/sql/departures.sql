-- By itself, or inside a handling unit it was ever put into; when it was inside, its stays tell.
with carried as (
    select distinct unit_id, packed_into as handling_unit_id
    from binding.movement
    where unit_id = any(%(unit_ids)s) and packed_into is not null
),
left_us as (
    select movement.movement_id, movement.unit_id, movement.occurred_at, movement.kind
    from binding.movement movement
    where movement.unit_id = any(%(unit_ids)s)
      and movement.location_id is null
      and movement.kind not in ('adjust', 'write_off', 'pack', 'unpack', 'split')
    union all
    select movement.movement_id, carried.unit_id, movement.occurred_at, movement.kind
    from carried
    join binding.movement movement using (handling_unit_id)
    where movement.location_id is null
)
select unit_id, erp.instant(occurred_at) as at, kind
from left_us
where not exists (select from binding.cancellation where movement_id = left_us.movement_id)
