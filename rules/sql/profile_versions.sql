select p.profile_id, p.name, p.version, p.title, p.state, p.recorded_at, p.recorded_by, p.approved_at,
       p.approved_by, p.retired_at,
       array(select code
             from erp.product
             where product_id in (select product_id from rules.product_profile where profile_id = p.profile_id)
             order by code) as products,
       array(select l.path::text
             from rules.place_profile
             join binding.location l using (location_id)
             where profile_id = p.profile_id and until is null
             order by l.path) as places
from rules.profile p
where %(name)s::text is null or p.name = %(name)s
order by p.name, p.version
