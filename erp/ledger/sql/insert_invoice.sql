insert into erp.supplier_invoice
    (code, supplier_id, order_id, invoiced_on, currency, total, charges, state, recorded_by)
values (%(code)s, %(supplier_id)s, %(order_id)s, %(invoiced_on)s, %(currency)s, %(total)s, %(charges)s, %(state)s,
        %(by)s)
returning invoice_id
