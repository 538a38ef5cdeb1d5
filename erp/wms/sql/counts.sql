select c.count_id, place.path::text as location, c.counted_at, c.counted_by, c.reason, unit.code as unit,
       line.expected, line.counted, stood.path::text as stood_at
from erp.stock_count c
join binding.location place using (location_id)
join erp.stock_count_line line using (count_id)
join binding.stock_unit unit using (unit_id)
left join binding.location stood on stood.location_id = line.stood_at
where (%(location)s::text is null or place.path::text = %(location)s)
    and (%(all)s or line.expected <> line.counted
         or (line.counted > 0 and line.stood_at is distinct from c.location_id))
order by c.count_id desc, unit.code
limit 1000
