select unit.unit_id
from erp.lot lot
join binding.stock_unit unit using (lot_id)
where lot.code = %(subject)s
