select lot.code, lot.product_id, lot.supplier_lot, lot.expires_on, lot.produced_on, lot.order_line as line
from erp.lot lot
join erp.goods_receipt receipt using (receipt_id)
where receipt.code = %(receipt)s
order by lot.lot_id
