select receipt.receipt_id,
       receipt.code,
       orders.code as "order",
       receipt.dock::text as dock,
       erp.instant(receipt.arrived_at) as arrived_at,
       receipt.decision,
       erp.instant(receipt.decided_at) as decided_at,
       receipt.decided_by,
       receipt.reservation
from erp.goods_receipt receipt
join erp.purchase_order orders using (order_id)
where receipt.code = %(code)s
for update of receipt
