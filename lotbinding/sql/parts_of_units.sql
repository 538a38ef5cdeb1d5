-- What was split off these units, or off such parts, and until when it was still a part of each.
select ancestor_id, unit_id, public.micros(until) as until
from binding.lineage
where ancestor_id = any(%(unit_ids)s::bigint[]) and unit_id <> ancestor_id
