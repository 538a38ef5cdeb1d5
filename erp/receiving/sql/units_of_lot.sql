select unit_id
from binding.stock_unit
where lot_id = %(lot_id)s and (%(codes)s::text[] is null or code = any(%(codes)s))
order by unit_id
