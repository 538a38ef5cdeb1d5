insert into erp.purchase_order_line
    (order_id, line, product_id, quantity, unit_price, lowest, highest, max_age_days, min_remaining_days)
select %(order_id)s, ordered.line, product.product_id, ordered.quantity, ordered.unit_price, ordered.lowest,
       ordered.highest, ordered.max_age_days, ordered.min_remaining_days
from unnest(%(lines)s::integer[], %(products)s::text[], %(quantities)s::numeric[], %(prices)s::numeric[],
            %(lowest)s::numeric[], %(highest)s::numeric[], %(ages)s::integer[], %(remaining)s::integer[])
     as ordered (line, product, quantity, unit_price, lowest, highest, max_age_days, min_remaining_days)
join erp.product product on product.code = ordered.product
