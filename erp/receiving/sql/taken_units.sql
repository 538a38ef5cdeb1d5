select unit.code as unit, lot.code as lot
from binding.stock_unit unit
join erp.lot lot using (lot_id)
where unit.code = any (%(codes)s::text[])
order by unit.code
