-- What could be picked for a line: what is free, and what is promised to this very line.
with mine as (
    select unit_id, quantity
    from erp.reservation
    where sales_order_id = %(order_id)s and line = %(line)s and state = 'reserved'
),
first_free as (
    select stock.unit_id, 0::numeric as quantity
    from erp.stock stock
    join erp.lot lot on lot.lot_id = stock.lot_id
    join erp.goods_receipt receipt using (receipt_id)
    join binding.location place on place.location_id = stock.location_id
    where stock.product_id = %(product_id)s and not stock.held and stock.free > 0
        and (stock.expires_on is null or stock.expires_on >= %(usable_until)s)
        and receipt.decision in ('accepted', 'accepted_with_reservation')
        and place.kind not in ('quarantine_cage', 'vehicle')
        and not exists (select from erp.downgraded lower_ where lower_.unit_id = stock.unit_id)
    order by stock.expires_on, stock.received_at, stock.unit_id
    limit 1
)
select stock.unit_id, unit.code as unit, stock.lot_id, lot.code as lot, stock.product_id, stock.expires_on,
       erp.instant(stock.received_at) as received_at, stock.free + sum(possible.quantity) as free, stock.held,
       receipt.decision, place.path::text as location, place.kind as location_kind
from (select unit_id, quantity from mine union all select unit_id, quantity from first_free) possible
join erp.stock stock using (unit_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = stock.lot_id
join erp.goods_receipt receipt using (receipt_id)
left join binding.location place on place.location_id = stock.location_id
group by stock.unit_id, unit.code, lot.code, receipt.decision, place.path, place.kind
