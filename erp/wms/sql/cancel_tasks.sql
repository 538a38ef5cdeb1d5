update erp.warehouse_task task
set state = 'cancelled', outcome = told.why, ended_at = now(), ended_by = %(by)s
from unnest(%(unit_ids)s::bigint[], %(whys)s::text[]) as told (unit_id, why)
where task.unit_id = told.unit_id and task.state in ('open', 'taken')
