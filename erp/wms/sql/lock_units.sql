select unit_id from binding.stock_unit where code = any(%(units)s) order by unit_id for no key update
