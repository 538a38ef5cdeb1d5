select lot.code as lot, product.code as product, lot.supplier_lot, lot.expires_on, receipt.code as receipt
from erp.lot
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
where (lot.code = %(lot)s or lot.supplier_lot = %(lot)s)
  and (%(gtin)s::text is null or product.gtin = %(gtin)s)
order by receipt.arrived_at, lot.lot_id
