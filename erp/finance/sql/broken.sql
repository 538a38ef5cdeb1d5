select erp.instant(excursion.breached_at) as breached_at,
       rule.name as rule,
       rule.side,
       rule.limit_value as "limit",
       (extract(epoch from rule.tolerance) * 1000000)::bigint as tolerance,
       excursion.peak,
       erp.instant(excursion.peak_at) as peak_at
from rules.excursion excursion
join rules.rule rule using (rule_id)
where excursion.excursion_id = %(excursion_id)s
