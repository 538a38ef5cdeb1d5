insert into erp.customer_return
    (code, shipment_id, unit_id, shipped_unit, lot_id, quantity, location_id, returned_at, recorded_by, reason)
select %(code)s, %(shipment_id)s, unit.unit_id, %(shipped_unit)s, unit.lot_id, %(quantity)s, place.location_id, %(at)s,
       %(by)s, %(reason)s
from binding.stock_unit unit
join binding.location place on place.path::text = %(location)s
where unit.code = %(unit)s
returning unit_id
