-- For each demand the units that come first, locked: whoever wants the same ones waits, and then sees what is left.
select found.unit_id, found.unit, found.lot_id, found.lot, found.product_id, found.expires_on, found.received_at,
       found.free, found.held, found.decision, found.location, found.location_kind
from unnest(%(products)s::integer[], %(usable_until)s::date[]) with ordinality as demand (product_id, until, number)
cross join lateral (
    select stock.unit_id, unit.code as unit, stock.lot_id, lot.code as lot, stock.product_id, stock.expires_on,
           erp.instant(stock.received_at) as received_at, stock.free, stock.held, receipt.decision,
           place.path::text as location, place.kind as location_kind
    from erp.stock stock
    join binding.stock_unit unit using (unit_id)
    join erp.lot lot on lot.lot_id = stock.lot_id
    join erp.goods_receipt receipt using (receipt_id)
    join binding.location place on place.location_id = stock.location_id
    where stock.product_id = demand.product_id and not stock.held and stock.free > 0
        and (stock.expires_on is null or stock.expires_on >= demand.until)
        and receipt.decision in ('accepted', 'accepted_with_reservation')
        and place.kind not in ('quarantine_cage', 'vehicle')
        and not exists (select from erp.downgraded lower_ where lower_.unit_id = stock.unit_id)
    order by stock.expires_on, stock.received_at, stock.unit_id
    limit %(most)s
    for no key update of stock
) found
order by demand.number
