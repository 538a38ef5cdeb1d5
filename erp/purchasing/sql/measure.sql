select product.product_id,
       product.unit_of_measure,
       product.profile_id,
       profile.name as profile,
       profile.version,
       exists (select from erp.lot where lot.product_id = product.product_id) as received
from erp.product product
join rules.profile profile using (profile_id)
where product.code = %(code)s
