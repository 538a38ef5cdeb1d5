insert into erp.sales_order_line (sales_order_id, line, product_id, quantity)
select %(order_id)s, line, product_id, quantity
from unnest(%(lines)s::integer[], %(products)s::integer[], %(quantities)s::numeric[]) told (line, product_id, quantity)
