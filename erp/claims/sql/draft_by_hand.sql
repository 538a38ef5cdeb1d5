insert into erp.claim (code, supplier_id, order_id, receipt_id, currency, due_on)
select %(code)s, %(supplier_id)s, %(order_id)s, %(receipt_id)s, %(currency)s, %(due_on)s
where not exists (select from erp.claim where receipt_id = %(receipt_id)s and state = 'draft' and against = 'supplier')
