select reason.excursion_id,
       rule.name as rule,
       erp.instant(excursion.started_at) as started_at,
       reason.supplier_seconds,
       reason.carrier_seconds,
       reason.own_seconds,
       reason.customer_seconds,
       reason.reason,
       reason.withdrawn_why
from erp.hold_excursion reason
join rules.excursion excursion using (excursion_id)
join rules.rule rule using (rule_id)
where reason.hold_id = %(hold_id)s
order by excursion.started_at, reason.excursion_id
