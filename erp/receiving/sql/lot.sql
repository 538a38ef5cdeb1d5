select lot.lot_id,
       receipt.code as receipt,
       orders.code as "order",
       lot.order_line as line,
       lot.supplier_lot,
       lot.quantity,
       lot.expires_on,
       lot.produced_on,
       lot.damaged,
       lot.damage,
       product.code as product
from erp.lot lot
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
where lot.code = %(code)s
