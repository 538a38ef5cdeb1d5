update erp.account
set failures = %(failures)s, locked_until = %(locked_until)s
where account_id = %(account_id)s
