update erp.warehouse_task task
set state = 'cancelled', outcome = 'nothing holds it any more', ended_at = now(), ended_by = 'coldbind'
from binding.stock_unit unit
where task.unit_id = any(%(unit_ids)s) and task.kind = 'quarantine' and task.state in ('open', 'taken')
    and unit.unit_id = task.unit_id
    and not exists (select from erp.hold where hold.unit_id = task.unit_id and hold.released_at is null)
returning task.task_id, task.kind, unit.code as unit, task.state, task.outcome
