-- A serial number is a unit's code only together with its lot: serials of others may look alike.
select unit.code, 'stock unit' as kind, lot.code as lot, place.path::text as location,
       exists (select from erp.hold where hold.unit_id = unit.unit_id and hold.released_at is null) as held
from binding.stock_unit unit
join erp.lot lot using (lot_id)
left join binding.stay stay on stay.unit_id = unit.unit_id and upper_inf(stay.during)
left join binding.location place using (location_id)
where unit.sscc = %(sscc)s
   or unit.code = %(serial)s and lot.code = %(lot)s
union all
select carrier.code, carrier.kind, null, (
           select place.path::text
           from binding.movement
           join binding.location place using (location_id)
           where movement.handling_unit_id = carrier.handling_unit_id
             and not exists (select from binding.cancellation gone where gone.movement_id = movement.movement_id)
           order by movement.occurred_at desc
           limit 1
       ), false
from binding.handling_unit carrier
where carrier.sscc = %(sscc)s
