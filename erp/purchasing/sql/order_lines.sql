select line.line, product.code as product, line.quantity, line.unit_price, line.lowest, line.highest
from erp.purchase_order_line line
join erp.product product using (product_id)
where line.order_id = %(order_id)s
order by line.line
