select notice.order_id, line.product_id, line.supplier_lot, line.quantity
from erp.announcement notice
join erp.announcement_line line using (announcement_id)
where notice.code = %(code)s
order by line.number
