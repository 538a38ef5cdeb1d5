select reason.excursion_id
from erp.lot lot
join binding.stock_unit unit using (lot_id)
join erp.hold hold using (unit_id)
join erp.hold_excursion reason using (hold_id)
where lot.receipt_id = %(receipt_id)s
