update erp.credit_note
set cancelled_by = %(by)s, cancelled_at = clock_timestamp(), cancelled_why = %(why)s
where supplier_id = %(supplier_id)s and code = %(code)s and cancelled_at is null
