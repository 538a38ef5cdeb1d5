select receipt.code as receipt, orders.code as "order", supplier.code as supplier, receipt.dock::text as dock,
       receipt.arrived_at, receipt.decision, receipt.decided_at,
       (select count(*) from erp.lot where lot.receipt_id = receipt.receipt_id) as lots,
       (select count(*) from erp.flag
        where flag.receipt_id = receipt.receipt_id and flag.withdrawn_at is null) as flags
from erp.goods_receipt receipt
join erp.purchase_order orders using (order_id)
join erp.supplier supplier using (supplier_id)
where %(decided)s or receipt.decision is null
order by receipt.arrived_at desc, receipt.code
