update erp.supplier_invoice
set state = 'approved', approved_by = %(by)s, approved_at = clock_timestamp(), approved_why = %(why)s
where invoice_id = %(invoice_id)s and state = 'blocked'
