insert into erp.claim_line (claim_id, unit_id, lot_id, quantity, unit_price, amount, deficiency)
values (%(claim_id)s, %(unit_id)s, %(lot_id)s, %(quantity)s, %(unit_price)s, %(amount)s, %(deficiency)s)
returning claim_line_id
