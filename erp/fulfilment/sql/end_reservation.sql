update erp.reservation
set state = %(state)s, ended_at = now(), why = %(why)s
where reservation_id = %(reservation_id)s
