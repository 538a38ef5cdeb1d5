insert into erp.warehouse_task (kind, unit_id, location_id, why, created_by)
values (%(kind)s, %(unit_id)s, %(location_id)s, %(why)s, %(by)s)
on conflict (unit_id) where state in ('open', 'taken') do nothing
returning task_id
