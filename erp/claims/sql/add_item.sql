insert into erp.claim_item
    (claim_id, flag_id, kind, order_line, lot_id, quantity, unit_price, amount, deficiency, recorded_by)
values (%(claim_id)s, %(flag_id)s, %(kind)s, %(order_line)s, %(lot_id)s, %(quantity)s, %(unit_price)s, %(amount)s,
        %(deficiency)s, %(by)s)
returning claim_item_id
