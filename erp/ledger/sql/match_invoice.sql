update erp.supplier_invoice set state = 'matched' where invoice_id = %(invoice_id)s
