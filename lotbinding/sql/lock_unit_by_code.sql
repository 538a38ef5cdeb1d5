select unit_id, code, lot_id, quantity
from binding.stock_unit
where code = %(code)s
for no key update
