update erp.warehouse_task
set state = 'taken', taken_at = now(), taken_by = %(by)s
where task_id = %(task_id)s
