-- The unit of an excursion that went on after a person had released the goods from it, with the number of that hold.
select hold.unit_id, hold.hold_id
from erp.hold_excursion reason
join erp.hold hold using (hold_id)
join rules.excursion excursion using (excursion_id)
join erp.disposition decided on decided.disposition_id = hold.disposition_id
where reason.excursion_id = %(excursion_id)s and reason.withdrawn_at is null
    and decided.kind in ('release', 'partial_release', 'downgrade')
    and upper(range_merge(excursion.beyond)) > (
        select max(last.released_at) from erp.hold last
        where last.unit_id = hold.unit_id and last.cause = hold.cause)
