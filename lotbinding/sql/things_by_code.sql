select code, unit_id, null::bigint as handling_unit_id
from binding.stock_unit
where code = any(%(codes)s)
union all
select code, null, handling_unit_id
from binding.handling_unit
where code = any(%(codes)s)
