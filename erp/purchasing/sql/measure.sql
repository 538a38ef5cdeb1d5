select product.unit_of_measure,
       exists (select from erp.lot where lot.product_id = product.product_id) as received
from erp.product product
where product.code = %(code)s
