select r.name as rule, r.side, r.limit_value as "limit"
from erp.lot l
join erp.product p using (product_id)
join rules.rule r using (profile_id)
where l.code = %(lot)s
order by r.limit_value, r.name
