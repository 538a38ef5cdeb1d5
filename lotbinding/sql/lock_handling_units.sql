select handling_unit_id as id
from binding.handling_unit
where handling_unit_id = any(%(handling_unit_ids)s)
order by handling_unit_id
for no key update
