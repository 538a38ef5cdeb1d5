-- What a person decides about claimed goods shows on their claim, and a draft line may claim less than the whole price.

alter table erp.claim_line
    add column reduced_from  numeric,
    add column reduced_by    text,
    add column reduced_why   text,
    add constraint claim_line_reduced_with_reason check (
        num_nonnulls(reduced_from, reduced_by, reduced_why) in (0, 3) and amount <= reduced_from);
comment on column erp.claim_line.reduced_from is
    'What was claimed before a person left the remaining value of the goods to us.';

comment on table erp.claim_change is
    'What became known about the goods of a claim after it was sent, and what was decided about goods that are claimed. '
    'The claim stays as it is until a person acts on it.';

-- The lines of claims on the goods of a unit: under it, or under what it was split from after the fault.
create view erp.claim_on_goods as
select family.unit_id, line.claim_line_id, line.claim_id, line.unit_id as claimed_id
from binding.lineage family
join erp.claim_line line on line.unit_id = family.ancestor_id and line.struck_at is null
join erp.claim claim using (claim_id)
where family.ancestor_id = family.unit_id
   or family.until > coalesce(
       (select min(coalesce(excursion.breached_at, proof.since))
        from erp.claim_proof proof
        left join rules.excursion excursion using (excursion_id)
        where proof.claim_line_id = line.claim_line_id),
       claim.opened_at);
