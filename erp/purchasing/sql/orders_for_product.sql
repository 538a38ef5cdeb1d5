-- The purchase and sales orders that count in the product's unit of measure, also those that are done.
select code, false as sale
from erp.purchase_order
where order_id in (select order_id from erp.purchase_order_line where product_id = %(product_id)s)
union all
select code, true
from erp.sales_order
where sales_order_id in (select sales_order_id from erp.sales_order_line where product_id = %(product_id)s)
order by sale, code
