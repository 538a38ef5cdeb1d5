-- Locked, so that they neither move nor are held until we are done.
select unit.unit_id, unit.code as unit, lot.code as lot, lot.lot_id, lot.product_id, profile.name as temperature_class,
       stock.held, true as with_us, place.path::text as location
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join rules.profile profile using (profile_id)
join erp.stock stock on stock.unit_id = unit.unit_id
left join binding.location place on place.location_id = stock.location_id
where unit.unit_id = any(%(unit_ids)s) and place.kind is distinct from 'quarantine_cage'
order by unit.code
for no key update of unit
