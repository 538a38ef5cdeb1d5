select exists (select from erp.lot where code = %(what)s) as lot,
       exists (select from erp.product where code = %(what)s) as product,
       exists (select from binding.location where path::text = %(what)s) as location,
       exists (select from binding.stock_unit where code = %(what)s) as unit
