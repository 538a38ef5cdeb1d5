select handling_unit_id as id
from binding.handling_unit
where code = any(%(codes)s)
order by handling_unit_id
for no key update
