-- What these movements did to goods that were held at their instant: units that came to stand outside a cage, or
-- that left us. To be packed, or told to move, where it stands already moves no unit.
select unit.code as unit, place.path::text as location, movement.kind, erp.instant(movement.occurred_at) as occurred_at,
       movement.recorded_by as by,
       array_agg(hold.hold_id order by hold.hold_id) as holds,
       array_agg(hold.cause order by hold.hold_id) as causes
from binding.movement movement
cross join lateral (
    select own.unit_id, own.location_id, own.during
    from binding.stay own
    where own.unit_id = movement.unit_id
    union all
    select inside.unit_id, inside.location_id, inside.during
    from binding.stay inside
    where inside.handling_unit_id = movement.handling_unit_id
        and inside.during && tstzrange(movement.occurred_at - interval '1 us', movement.occurred_at, '[]')
) stay
join erp.hold hold
    on hold.unit_id = stay.unit_id
    and movement.occurred_at >= hold.placed_at
    and (hold.released_at is null or movement.occurred_at < hold.released_at)
join binding.stock_unit unit on unit.unit_id = stay.unit_id
left join binding.location place
    on place.location_id = stay.location_id and movement.kind not in ('dispatch', 'return_to_supplier')
where movement.movement_id = any(%(movements)s)
    and case
        when movement.kind in ('dispatch', 'return_to_supplier') then upper(stay.during) = movement.occurred_at
        when movement.kind in ('put_away', 'replenish', 'transfer', 'pick', 'load', 'pack') then
            lower(stay.during) = movement.occurred_at and place.kind <> 'quarantine_cage'
        end
    and not exists (
        select from binding.stay before
        where before.unit_id = stay.unit_id and upper(before.during) = lower(stay.during)
            and before.location_id = place.location_id)
group by unit.code, place.path, movement.movement_id
order by movement.occurred_at, unit.code
