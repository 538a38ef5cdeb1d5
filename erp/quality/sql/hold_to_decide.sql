-- A unit was rejected when it was itself, or what it was still part of, for the same cause.
select hold.hold_id, hold.unit_id, unit.code as unit, hold.cause, hold.why, erp.instant(hold.placed_at) as placed_at,
       hold.released_at is not null as ended, lot.code as lot, product.code as product,
       coalesce(stock.quantity, 0) as quantity, receipt.code as receipt, receipt.decision as verdict,
       case when hold.cause = 'recall' then
           (select min(recall.code)
            from erp.recall_unit meant
            join erp.recall recall using (recall_id)
            where meant.unit_id = hold.unit_id and recall.state = 'open' and not recall.mock)
       end as recall,
       exists (
           select from binding.lineage line
           join erp.hold before on before.unit_id = line.ancestor_id and before.cause = hold.cause
           join erp.disposition decided on decided.hold_id = before.hold_id
           where line.unit_id = hold.unit_id and decided.kind = 'reject' and decided.state = 'effective'
               and decided.effective_at <= line.until
       ) as rejected,
       exists (
           select from rules.profile profile
           where profile.profile_id = rules.profile_of_lot(lot.lot_id)
               and (profile.two_people or profile.name in (select two_people.profile from erp.two_people))
       ) as two_people,
       (select count(*)::integer from erp.disposition decided where decided.hold_id = hold.hold_id) as decisions,
       (select decided.disposition_id from erp.disposition decided
        where decided.hold_id = hold.hold_id and decided.state = 'proposed') as proposed
from erp.hold hold
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
left join erp.stock stock on stock.unit_id = hold.unit_id
where hold.hold_id = %(hold_id)s
