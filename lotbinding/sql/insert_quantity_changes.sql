insert into binding.quantity_change (unit_id, movement_id, occurred_at, delta, reason)
select unit_id, movement_id, public.at_micros(occurred_at), delta, reason
from unnest(
    %(unit_ids)s::bigint[], %(movement_ids)s::bigint[], %(occurred_at)s::bigint[], %(deltas)s::numeric[],
    %(reasons)s::text[]
) as change (unit_id, movement_id, occurred_at, delta, reason)
