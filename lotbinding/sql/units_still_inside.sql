select distinct u.code
from binding.location l
join binding.stay s on s.location_id = l.location_id and s.during && public.span(%(at)s::bigint, null)
join binding.stock_unit u using (unit_id)
where l.path <@ %(path)s::ltree
order by u.code
