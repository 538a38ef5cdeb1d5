insert into binding.cancellation (movement_id, recorded_by, reason, replaced_by)
select movement_id, %(by)s, %(reason)s, replaced_by
from unnest(%(movement_ids)s::bigint[], %(replaced_by)s::bigint[]) as gone (movement_id, replaced_by)
