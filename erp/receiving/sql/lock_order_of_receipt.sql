-- Taken before the receipt's own lock, as an arrival takes them.
select orders.order_id as id
from erp.goods_receipt receipt
join erp.purchase_order orders using (order_id)
where receipt.code = %(receipt)s
for no key update of orders
