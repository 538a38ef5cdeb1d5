select erp.instant(excursion.breached_at) as breached_at,
       rule.name as rule,
       rule.side,
       rule.limit_value as "limit",
       (extract(epoch from rule.tolerance) * 1000000)::bigint as tolerance,
       excursion.peak,
       erp.instant(excursion.peak_at) as peak_at,
       rule.kind,
       (extract(epoch from rule.window_size) * 1000000)::bigint as "window",
       (extract(epoch from rule.stretch) * 1000000)::bigint as stretch,
       rule.thaw_value as thaw,
       rule.times,
       coalesce(excursion.measured, excursion.peak) as measured
from rules.excursion excursion
join rules.rule rule using (rule_id)
where excursion.excursion_id = %(excursion_id)s
