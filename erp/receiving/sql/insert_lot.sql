insert into erp.lot
    (code, product_id, receipt_id, order_id, order_line, supplier_lot, quantity, expires_on, produced_on, damaged,
     damage)
values (%(code)s, %(product_id)s, %(receipt_id)s, %(order_id)s, %(line)s, %(supplier_lot)s, %(quantity)s,
        %(expires_on)s, %(produced_on)s, %(damaged)s, %(damage)s)
returning lot_id
