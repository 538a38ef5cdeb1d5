update erp.account
set deactivated_at = clock_timestamp(), deactivated_by = %(by)s, deactivated_why = %(why)s
where account_id = %(account_id)s
