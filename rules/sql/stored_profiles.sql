select profile.profile_id, profile.name, profile.version, profile.title, profile.source,
       (select count(*) from rules.rule where rule.profile_id = profile.profile_id)::integer as rules,
       array(select product.code from erp.product where product.profile_id = profile.profile_id order by product.code)
           as products
from rules.profile
order by profile.name, profile.version
