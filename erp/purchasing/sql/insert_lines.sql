insert into erp.purchase_order_line (order_id, line, product_id, quantity, unit_price, lowest, highest)
select %(order_id)s, ordered.line, product.product_id, ordered.quantity, ordered.unit_price, ordered.lowest,
       ordered.highest
from unnest(%(lines)s::integer[], %(products)s::text[], %(quantities)s::numeric[], %(prices)s::numeric[],
            %(lowest)s::numeric[], %(highest)s::numeric[])
     as ordered (line, product, quantity, unit_price, lowest, highest)
join erp.product product on product.code = ordered.product
