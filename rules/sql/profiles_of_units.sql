select u.unit_id, p.profile_id
from binding.stock_unit u
join erp.lot l using (lot_id)
join erp.product p using (product_id)
where u.unit_id = any(%(unit_ids)s)
