insert into binding.stock_unit (code, lot_id, quantity, unit_of_measure, parent_id, split_at)
values (%(code)s, %(lot_id)s, %(quantity)s, %(unit_of_measure)s, %(parent_id)s, public.at_micros(%(split_at)s))
returning unit_id as id
