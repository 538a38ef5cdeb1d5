select r.name as rule, r.side, r.limit_value as "limit"
from erp.lot l
join rules.rule r on r.profile_id = rules.profile_of_lot(l.lot_id)
where l.code = %(lot)s and r.kind not in ('rate', 'silence') and r.scope = 'unit'
order by r.limit_value, r.name
