select product.code, product.name, product.unit_of_measure, profile.name as profile,
       profile.version as profile_version, product.gtin, product.price, product.currency, product.shelf_life_days
from erp.product
join rules.profile using (profile_id)
order by product.code
