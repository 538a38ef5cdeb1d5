select code as unit from binding.stock_unit where unit_id = %(unit_id)s
