select entry_id, erp.entry_digest(entry_id) as digest
from unnest(%(entry_ids)s::bigint[]) entry_id
order by entry_id
