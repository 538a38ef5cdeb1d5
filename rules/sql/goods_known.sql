select exists (select from binding.stock_unit where code = %(unit)s)
    or exists (select from erp.lot where code = %(lot)s) as known
