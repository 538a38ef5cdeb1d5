select coalesce(array_agg(unit_id), '{}') as unit_ids, coalesce(array_agg(code), '{}') as codes
from binding.stock_unit
where unit_id = any(%(unit_ids)s::bigint[])
