insert into erp.recall_unit (recall_id, unit_id, why)
select %(recall_id)s, unit_id, %(why)s
from unnest(%(unit_ids)s::bigint[]) told (unit_id)
on conflict do nothing
