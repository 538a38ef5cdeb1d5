select code, quantity from binding.stock_unit where lot_id = %(lot_id)s and parent_id is null
order by code
