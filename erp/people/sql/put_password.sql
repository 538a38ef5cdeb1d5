update erp.account
set password_hash = %(password_hash)s, password_set_at = clock_timestamp(), failures = 0, locked_until = null
where account_id = %(account_id)s
