select handling_unit_id as id, code
from binding.handling_unit
where handling_unit_id = any(%(handling_unit_ids)s)
