update erp.lot
set quantity = quantity + %(quantity)s, damaged = damaged + %(damaged)s, damage = %(damage)s
where lot_id = %(lot_id)s
