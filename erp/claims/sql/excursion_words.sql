select rule.name as rule, excursion.peak, erp.instant(excursion.started_at) as started_at,
       erp.instant(excursion.observed_until) as observed_until
from rules.excursion excursion
join rules.rule rule using (rule_id)
where excursion.excursion_id = %(excursion_id)s
