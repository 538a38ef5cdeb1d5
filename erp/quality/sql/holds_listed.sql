select hold.hold_id, unit.code as unit, lot.code as lot, product.code as product, hold.cause, hold.why,
       hold.placed_at, hold.placed_by, hold.released_at as ended_at, hold.released_by as ended_by,
       coalesce(stock.quantity, 0) as quantity, product.unit_of_measure, place.path::text as location,
       place.kind is not distinct from 'quarantine_cage' as in_quarantine, lower_.grade,
       count(reason.excursion_id)::integer as excursions,
       (count(*) filter (where reason.withdrawn_at is null and reason.excursion_id is not null))::integer as standing,
       exists (
           select from binding.lineage line
           join erp.hold before on before.unit_id = line.ancestor_id and before.cause = hold.cause
           join erp.disposition decided on decided.hold_id = before.hold_id
           where line.unit_id = hold.unit_id and decided.kind = 'reject' and decided.state = 'effective'
               and decided.effective_at <= line.until
       ) as rejected,
       (select decided.disposition_id from erp.disposition decided
        where decided.hold_id = hold.hold_id and decided.state = 'proposed') as proposed,
       hold.placed_by = 'coldbind' and exists (
           select from erp.flag flag
           where flag.lot_id = lot.lot_id and flag.withdrawn_at >= hold.placed_at
               and flag.kind = case hold.cause when 'expiry' then 'expired' when 'damage' then 'damaged' end
               and not exists (
                   select from erp.flag again
                   where again.lot_id = flag.lot_id and again.kind = flag.kind and again.withdrawn_at is null)
       ) as flag_withdrawn
from erp.hold hold
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
left join erp.stock stock on stock.unit_id = hold.unit_id
left join binding.location place on place.location_id = stock.location_id
left join erp.downgraded lower_ on lower_.unit_id = hold.unit_id
left join erp.hold_excursion reason using (hold_id)
where (%(hold_id)s::bigint is null or hold.hold_id = %(hold_id)s)
    and (%(unit)s::text is null or unit.code = %(unit)s)
    and (%(lot)s::text is null or lot.code = %(lot)s)
    and (%(cause)s::text is null or hold.cause = %(cause)s)
    and (%(ended)s or hold.released_at is null)
group by hold.hold_id, unit.code, lot.lot_id, product.code, product.unit_of_measure, stock.quantity, place.path,
         place.kind, lower_.grade
order by hold.hold_id desc
limit %(most)s
