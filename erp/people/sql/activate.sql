update erp.account
set deactivated_at = null, deactivated_by = null, deactivated_why = null, failures = 0, locked_until = null
where account_id = %(account_id)s
