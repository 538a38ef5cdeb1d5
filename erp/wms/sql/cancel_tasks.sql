update erp.warehouse_task
set state = 'cancelled', outcome = %(why)s, ended_at = now(), ended_by = %(by)s
where unit_id = %(unit_id)s and state in ('open', 'taken')
