update erp.supplier_invoice
set state = 'cancelled', cancelled_by = %(by)s, cancelled_at = clock_timestamp(), cancelled_why = %(why)s
where invoice_id = %(invoice_id)s
