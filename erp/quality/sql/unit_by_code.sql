select unit_id from binding.stock_unit where code = %(code)s
