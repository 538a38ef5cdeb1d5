select unit_id, code
from binding.stock_unit
where unit_id = any(%(unit_ids)s)
