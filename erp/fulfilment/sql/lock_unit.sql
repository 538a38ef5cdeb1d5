-- The unit first, whatever else of it is locked later: movements and holds do the same.
select unit_id, code from binding.stock_unit where code = %(unit)s for no key update
