-- From whom these units came: lot, supplier, order and receipt.
select lot.code as lot, lot.supplier_lot, lot.expires_on, product.code as product, supplier.code as supplier,
       supplier.name as supplier_name, orders.code as "order", lot.order_line as line, receipt.code as receipt,
       receipt.arrived_at, receipt.decision, lot.quantity as received, product.unit_of_measure
from erp.lot lot
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.supplier supplier using (supplier_id)
where lot.lot_id in (select lot_id from binding.stock_unit where unit_id = any(%(unit_ids)s))
order by lot.code
