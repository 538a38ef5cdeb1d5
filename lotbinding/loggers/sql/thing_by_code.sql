select u.code, u.unit_id, null::bigint as handling_unit_id
from binding.stock_unit u
where not %(handling)s and u.code = %(code)s
union all
select h.code, null, h.handling_unit_id
from binding.handling_unit h
where %(handling)s and h.code = %(code)s
