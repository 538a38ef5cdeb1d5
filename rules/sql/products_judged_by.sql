-- What a profile version judges: products, and places.
select code
from erp.product
where product_id in (select product_id from rules.product_profile where profile_id = %(profile_id)s)
union
select 'location ' || l.path::text
from rules.place_profile
join binding.location l using (location_id)
where profile_id = %(profile_id)s and until is null
order by code
