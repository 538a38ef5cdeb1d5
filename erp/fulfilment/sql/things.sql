-- The stock units that codes of units and handling units stand for.
select unit.unit_id, unit.code as unit, told.code as told, carrier.code as handling_unit
from unnest(%(codes)s::text[]) told (code)
left join binding.handling_unit carrier on carrier.code = told.code
join binding.stock_unit unit
    on unit.code = told.code
    or unit.unit_id in (select stock.unit_id from erp.stock where stock.handling_unit_id = carrier.handling_unit_id)
order by unit.unit_id
