update erp.flag set words = %(words)s, numbers = %(numbers)s::jsonb where flag_id = %(flag_id)s
