-- What is inside the handling units of a shipment and not loaded for it.
select unit.code as unit, carrier.code as handling_unit, stock.held
from binding.handling_unit carrier
join erp.stock stock using (handling_unit_id)
join binding.stock_unit unit using (unit_id)
where carrier.code = any(%(handling_units)s)
    and not exists (
        select from erp.pick
        where pick.unit_id = stock.unit_id and pick.state = 'picked' and pick.shipment_id = %(shipment_id)s
    )
order by unit.code
