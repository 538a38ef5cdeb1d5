-- The unit first, then its holds: as whoever moves it or places a hold on it does.
select unit.unit_id
from erp.hold hold
join binding.stock_unit unit using (unit_id)
where hold.hold_id = %(hold_id)s
for no key update of unit
