select u.unit_id, rules.profile_of_lot(u.lot_id) as profile_id
from binding.stock_unit u
where u.unit_id = any(%(unit_ids)s)
