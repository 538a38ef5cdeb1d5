update erp.hold_excursion reason
set withdrawn_at = clock_timestamp(),
    withdrawn_why = %(why)s
from erp.hold hold
join binding.stock_unit unit using (unit_id)
where reason.excursion_id = %(excursion_id)s
  and reason.withdrawn_at is null
  and hold.hold_id = reason.hold_id
returning unit.code as unit
