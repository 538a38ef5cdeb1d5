-- The holds that were open at an instant on a unit, or on what is in a handling unit now.
select hold.hold_id, unit.code as unit, hold.cause, hold.why
from erp.hold hold
join binding.stock_unit unit using (unit_id)
left join erp.stock stock using (unit_id)
left join binding.handling_unit carrier using (handling_unit_id)
where (unit.code = %(code)s or carrier.code = %(code)s)
    and hold.released_at is null and hold.placed_at <= %(at)s
order by hold.hold_id
