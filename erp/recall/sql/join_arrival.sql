-- A lot that arrives while a recall is open that means it too.
insert into erp.recall_unit (recall_id, unit_id, why)
select recall.recall_id, unit.unit_id, 'arrived while the recall was open'
from erp.recall
join erp.lot lot on lot.lot_id = %(lot_id)s
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join binding.stock_unit unit on unit.lot_id = lot.lot_id
where recall.state = 'open'
    and case recall.kind
        when 'lot' then recall.subject = lot.code
        when 'supplier_lot' then recall.subject = lot.supplier_lot
            and (recall.supplier_id is null or recall.supplier_id = orders.supplier_id)
        when 'order' then recall.subject = orders.code
        when 'product' then recall.subject = product.code and receipt.arrived_at >= recall.since
            and receipt.arrived_at < recall.until
        else false
    end
on conflict do nothing
