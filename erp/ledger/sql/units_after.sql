select unit_id
from binding.stock_unit
where unit_id > %(after)s
order by unit_id
limit %(many)s
