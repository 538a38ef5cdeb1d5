select (
           select min(line.line) from erp.purchase_order_line line
           where line.order_id = receipt.order_id and line.product_id = product.product_id
       ) as line,
       product.code as product,
       product.unit_of_measure,
       sum(said.quantity) as announced,
       (
           select coalesce(sum(lot.quantity), 0) from erp.lot
           where lot.receipt_id = receipt.receipt_id and lot.product_id = product.product_id
       ) as came,
       array(
           select distinct missing.supplier_lot
           from erp.announcement_line missing
           where missing.announcement_id = receipt.announcement_id
             and missing.product_id = product.product_id
             and missing.supplier_lot <> ''
             and not exists (
                 select from erp.lot
                 where lot.receipt_id = receipt.receipt_id and lot.supplier_lot = missing.supplier_lot
             )
           order by missing.supplier_lot
       ) as missing
from erp.goods_receipt receipt
join erp.announcement_line said using (announcement_id)
join erp.product product using (product_id)
where receipt.receipt_id = %(receipt_id)s
group by receipt.receipt_id, receipt.order_id, receipt.announcement_id, product.product_id
order by product.code
