select code
from binding.stock_unit
where parent_id = %(unit_id)s
order by split_at, code
