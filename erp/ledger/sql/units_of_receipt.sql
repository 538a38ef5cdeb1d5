select unit.unit_id
from erp.lot lot
join binding.stock_unit unit using (lot_id)
where lot.receipt_id = %(receipt_id)s
order by unit.unit_id
