select task.task_id, task.kind, unit.code as unit, place.path::text as location, task.state, task.why,
       task.created_at, task.created_by, task.taken_by, task.ended_at, task.ended_by, task.outcome
from erp.warehouse_task task
join binding.stock_unit unit using (unit_id)
join binding.location place on place.location_id = task.location_id
where task.task_id = %(task_id)s
for no key update of unit, task
