insert into binding.stay (unit_id, location_id, handling_unit_id, during)
select unit_id, location_id, handling_unit_id, public.span(since, until)
from unnest(
    %(unit_ids)s::bigint[], %(location_ids)s::integer[], %(handling_unit_ids)s::bigint[],
    %(since)s::bigint[], %(until)s::bigint[]
) as stay (unit_id, location_id, handling_unit_id, since, until)
