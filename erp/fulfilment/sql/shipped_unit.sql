-- A unit of a shipment, and what of it came back already.
select sent.unit_id, unit.code as unit, sent.quantity, sent.lot_id,
       (select coalesce(sum(back.quantity), 0) from erp.customer_return back
        where back.shipment_id = sent.shipment_id and back.shipped_unit = sent.unit_id) as returned
from erp.dispatch_line sent
join binding.stock_unit unit using (unit_id)
where sent.shipment_id = %(shipment_id)s and unit.code = %(unit)s
for no key update of unit
