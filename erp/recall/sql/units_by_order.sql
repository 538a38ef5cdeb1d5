select unit.unit_id
from erp.purchase_order orders
join erp.lot lot using (order_id)
join binding.stock_unit unit using (lot_id)
where orders.code = %(subject)s
