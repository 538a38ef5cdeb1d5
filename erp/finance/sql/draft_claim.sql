insert into erp.claim (code, supplier_id, order_id, receipt_id, currency, due_on, against, carrier)
values (%(code)s, %(supplier_id)s, %(order_id)s, %(receipt_id)s, %(currency)s, %(due_on)s, %(against)s,
        %(carrier)s)
on conflict (receipt_id, against) where state = 'draft' do nothing
returning claim_id, code
