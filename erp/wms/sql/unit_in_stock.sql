-- Locked, so that it neither moves nor is held until we are done.
select unit.unit_id, unit.code as unit, lot.code as lot, lot.lot_id, lot.product_id, profile.name as temperature_class,
       coalesce(stock.held, false) as held, stock.unit_id is not null as with_us, place.path::text as location
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join rules.profile profile using (profile_id)
left join erp.stock stock on stock.unit_id = unit.unit_id
left join binding.location place on place.location_id = stock.location_id
where unit.code = %(unit)s
for no key update of unit
