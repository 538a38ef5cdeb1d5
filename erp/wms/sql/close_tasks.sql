-- A task is done when its goods stand where it wanted them, and pointless when they are not with us any more.
with ending as (
    select task.task_id,
           case when stock.unit_id is null then 'cancelled' else 'done' end as state,
           case when stock.unit_id is null then 'the goods are not with us any more' else place.path::text end as outcome
    from erp.warehouse_task task
    join binding.location target on target.location_id = task.location_id
    left join erp.stock stock using (unit_id)
    left join binding.location place on place.location_id = stock.location_id
    where task.unit_id = any(%(unit_ids)s) and task.state in ('open', 'taken')
        and (stock.unit_id is null or place.path <@ target.path)
)
update erp.warehouse_task task
set state = ending.state, outcome = ending.outcome, ended_at = now(), ended_by = 'coldbind'
from ending
join erp.warehouse_task known using (task_id)
join binding.stock_unit unit using (unit_id)
where task.task_id = ending.task_id
returning task.task_id, task.kind, unit.code as unit, task.state, task.outcome
