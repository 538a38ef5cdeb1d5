insert into erp.stock_count_line (count_id, unit_id, expected, counted, stood_at)
select %(count_id)s, unit.unit_id, line.expected, line.counted, place.location_id
from unnest(%(units)s::text[], %(expected)s::numeric[], %(counted)s::numeric[], %(stood_at)s::text[])
    as line (unit, expected, counted, stood_at)
join binding.stock_unit unit on unit.code = line.unit
left join binding.location place on place.path::text = line.stood_at
