select code
from erp.product
where product_id in (select product_id from rules.product_profile where profile_id = %(profile_id)s)
order by code
