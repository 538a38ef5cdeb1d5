insert into binding.movement
    (unit_id, handling_unit_id, kind, location_id, packed_into, occurred_at, recorded_by, document, client_id)
select unit_id, handling_unit_id, kind, location_id, packed_into, public.at_micros(occurred_at), recorded_by,
       document, client_id
from unnest(
    %(unit_ids)s::bigint[], %(handling_unit_ids)s::bigint[], %(kinds)s::text[], %(location_ids)s::integer[],
    %(packed_into)s::bigint[], %(occurred_at)s::bigint[], %(by)s::text[], %(documents)s::text[],
    %(client_ids)s::text[]
) with ordinality as told
    (unit_id, handling_unit_id, kind, location_id, packed_into, occurred_at, recorded_by, document, client_id,
     number)
order by number
returning movement_id as id
