select u.unit_id, u.code
from erp.lot l
join binding.stock_unit u using (lot_id)
where l.code = %(lot)s
order by u.code
