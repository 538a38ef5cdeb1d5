select unit_id from binding.stock_unit where code = any(%(units)s)
