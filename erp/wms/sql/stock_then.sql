-- From the facts, not from the projection of what is now: where units stood and what they held at an instant.
select unit.code as unit, lot.code as lot, product.code as product, product.name as product_name,
       amount.quantity, 0::numeric as reserved, product.unit_of_measure, lot.expires_on,
       receipt.arrived_at as received_at, place.path::text as location, place.kind as location_kind,
       carrier.code as handling_unit, lower(stay.during) as since,
       case when receipt.decided_at <= %(at)s then receipt.decision end as decision,
       array(select hold.cause from erp.hold
             where hold.unit_id = unit.unit_id and hold.placed_at <= %(at)s
                 and (hold.released_at is null or hold.released_at > %(at)s)
             order by hold.cause) as held_for
from binding.stay stay
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join erp.goods_receipt receipt using (receipt_id)
left join binding.location place on place.location_id = stay.location_id
left join binding.handling_unit carrier on carrier.handling_unit_id = stay.handling_unit_id
cross join lateral (
    select coalesce(sum(change.delta), 0) as quantity
    from binding.quantity_change change
    where change.unit_id = unit.unit_id and change.occurred_at <= %(at)s
        and not exists (select from binding.cancellation gone where gone.movement_id = change.movement_id)
) amount
where stay.during @> %(at)s::timestamptz and amount.quantity > 0
    and (%(lot)s::text is null or unit.lot_id = (select lot_id from erp.lot where code = %(lot)s))
    and (%(product)s::text is null
         or lot.product_id = (select product_id from erp.product where code = %(product)s))
    and (%(unit)s::text is null or unit.code = %(unit)s)
    and (%(location)s::text is null
         or stay.location_id in (
             select inside.location_id
             from binding.location around
             join binding.location inside on inside.path <@ around.path
             where around.path::text = %(location)s))
order by lot.expires_on nulls last, receipt.arrived_at, unit.code
limit %(most)s
