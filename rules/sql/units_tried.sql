-- The units that were with us in the period, of a lot, of a product, or judged by a profile of that name.
select u.unit_id, u.code, lot.code as lot, product.code as product, profile.profile_id,
       profile.name || ' version ' || profile.version as profile
from binding.stock_unit u
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join rules.profile profile on profile.profile_id = rules.profile_of_lot(lot.lot_id)
where (%(lot)s::text is null or lot.code = %(lot)s)
    and (%(product)s::text is null or product.code = %(product)s)
    and (%(replaces)s::text is null or profile.name = %(replaces)s)
    and exists (
        select from binding.stay
        where stay.unit_id = u.unit_id and stay.during && public.span(%(since)s, %(until)s)
    )
order by lot.code, u.code
