select orders.code
from erp.announcement notice
join erp.purchase_order orders using (order_id)
where notice.code = %(code)s
