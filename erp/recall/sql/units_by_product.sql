select unit.unit_id
from erp.product product
join erp.lot lot using (product_id)
join erp.goods_receipt receipt using (receipt_id)
join binding.stock_unit unit using (lot_id)
where product.code = %(subject)s and receipt.arrived_at >= %(since)s and receipt.arrived_at < %(until)s
