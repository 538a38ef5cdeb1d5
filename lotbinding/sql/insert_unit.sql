insert into binding.stock_unit (code, lot_id, quantity, unit_of_measure)
values (%(code)s, %(lot_id)s, %(quantity)s, %(unit_of_measure)s)
returning unit_id as id
