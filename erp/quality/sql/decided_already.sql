-- The excursions for which a person has ended the hold of what the unit was part of when that was decided about.
select distinct found.excursion_id
from rules.excursion found
join binding.lineage line on line.unit_id = found.unit_id
join rules.excursion before
    on before.unit_id = line.ancestor_id and before.rule_id = found.rule_id
    and before.started_at = found.started_at and before.superseded_at is null
    and found.beyond <@ before.beyond
join erp.hold_excursion reason on reason.excursion_id = before.excursion_id
join erp.hold hold using (hold_id)
join erp.disposition decided
    on decided.disposition_id = hold.disposition_id or decided.hold_id = hold.hold_id
where found.excursion_id = any(%(excursions)s) and before.excursion_id <> found.excursion_id
    and decided.state = 'effective'
    and case decided.kind
        when 'partial_release' then exists (
            select from binding.lineage part
            join binding.stock_unit released on released.unit_id = part.ancestor_id
            where part.unit_id = found.unit_id and released.code = decided.child)
        else decided.kind in ('release', 'downgrade') and decided.disposition_id = hold.disposition_id
            and decided.effective_at <= line.until
        end
