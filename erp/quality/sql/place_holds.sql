with placed as (
    insert into erp.hold (unit_id, cause, placed_by, why)
    select unit_id, %(cause)s, %(by)s, %(why)s
    from unnest(%(unit_ids)s::bigint[]) asked (unit_id)
    order by unit_id
    on conflict (unit_id, cause) where released_at is null do nothing
    returning hold_id, unit_id
)
select placed.hold_id, placed.unit_id, unit.code as unit
from placed
join binding.stock_unit unit using (unit_id)
order by placed.unit_id
