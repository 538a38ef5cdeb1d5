select unit.code,
       unit.sscc,
       product.code as product,
       product.name as product_name,
       product.gtin,
       lot.code as lot,
       lot.expires_on,
       coalesce((
           select sum(change.delta) from binding.quantity_change change
           where change.unit_id = unit.unit_id
             and not exists (select from binding.cancellation gone where gone.movement_id = change.movement_id)
       ), unit.quantity) as quantity,
       unit.unit_of_measure
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
where unit.code = %(code)s
union all
select carrier.code, carrier.sscc, null, null, null, null, null, null, null
from binding.handling_unit carrier
where carrier.code = %(code)s
