-- The units given, those ever put into the handling units given, and all that was split off any of them.
with bound as (
    select unnest(%(unit_ids)s::bigint[]) as unit_id
    union
    select unit_id from binding.movement where packed_into = any(%(handling_unit_ids)s)
)
select distinct l.unit_id as id
from bound
join binding.lineage l on l.ancestor_id = bound.unit_id
