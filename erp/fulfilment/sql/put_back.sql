update erp.pick
set state = 'put_back', ended_at = now(), why = %(why)s
where unit_id = %(unit_id)s and state = 'picked'
