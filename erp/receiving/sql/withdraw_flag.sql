update erp.flag
set withdrawn_at = clock_timestamp(),
    withdrawn_why = %(why)s
where flag_id = %(flag_id)s and withdrawn_at is null
