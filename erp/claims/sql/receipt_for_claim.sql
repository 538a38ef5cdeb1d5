select receipt.receipt_id, receipt.order_id, orders.supplier_id, orders.currency,
       erp.instant(receipt.arrived_at) as arrived_at, supplier.claim_deadline_days
from erp.goods_receipt receipt
join erp.purchase_order orders using (order_id)
join erp.supplier supplier using (supplier_id)
where receipt.code = %(receipt)s
