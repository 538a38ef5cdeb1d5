-- Whether a person has ended the hold for this same excursion, when the unit was still part of what was decided about.
select exists (
    select from rules.excursion found
    join binding.lineage line on line.unit_id = found.unit_id
    join rules.excursion before
        on before.unit_id = line.ancestor_id and before.rule_id = found.rule_id
        and before.started_at = found.started_at and before.superseded_at is null
        and found.beyond <@ before.beyond
    join erp.hold_excursion reason on reason.excursion_id = before.excursion_id
    join erp.hold hold using (hold_id)
    join erp.disposition decided
        on decided.disposition_id = hold.disposition_id or decided.hold_id = hold.hold_id
    where found.excursion_id = %(excursion_id)s and before.excursion_id <> found.excursion_id
        and decided.state = 'effective'
        and case decided.kind
            when 'partial_release' then exists (
                select from binding.lineage part
                join binding.stock_unit released on released.unit_id = part.ancestor_id
                where part.unit_id = found.unit_id and released.code = decided.child)
            else decided.kind in ('release', 'downgrade') and decided.disposition_id = hold.disposition_id
                and decided.effective_at <= line.until
            end
) as decided
