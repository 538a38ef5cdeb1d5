-- Lots with a held unit always, the newest others up to the limit.
with held as (
    select unit.lot_id, count(distinct unit.unit_id) as units
    from erp.hold hold
    join binding.stock_unit unit using (unit_id)
    where hold.released_at is null
    group by unit.lot_id
), newest as (
    select lot.lot_id
    from erp.goods_receipt receipt
    join erp.lot lot using (receipt_id)
    order by receipt.arrived_at desc, lot.lot_id desc
    limit %(limit)s
)
select lot.code, product.code as product_code, product.name as product, profile.title as profile,
       supplier.name as supplier, receipt.code as receipt, receipt.arrived_at, receipt.decision,
       stock.units, coalesce(held.units, 0) as held_units, stock.open_excursions
from (select lot_id from held union select lot_id from newest) listed
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join rules.profile profile on profile.profile_id = rules.profile_of_lot(lot.lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order ordered on ordered.order_id = lot.order_id
join erp.supplier supplier using (supplier_id)
left join held using (lot_id)
cross join lateral (
    select count(distinct unit.unit_id) as units,
           count(excursion.excursion_id) as open_excursions
    from binding.stock_unit unit
    left join rules.excursion excursion
        on excursion.unit_id = unit.unit_id
        and excursion.superseded_at is null and excursion.ended_at is null
    where unit.lot_id = lot.lot_id
) stock
order by receipt.arrived_at desc, lot.code
