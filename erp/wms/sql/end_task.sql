update erp.warehouse_task
set state = %(state)s, outcome = %(outcome)s, ended_at = now(), ended_by = %(by)s
where task_id = %(task_id)s
