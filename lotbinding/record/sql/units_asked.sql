-- The units of a lot, or the one unit, with the product and its profile.
select u.unit_id, u.code, lot.code as lot, product.code as product, product.name as product_name,
       profile.profile_id, profile.name as profile, profile.version as profile_version
from binding.stock_unit u
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join rules.profile profile on profile.profile_id = rules.profile_of_lot(lot.lot_id)
where u.unit_id in (
        select unit_id from binding.stock_unit where code = %(unit)s
        union all
        select unit_id
        from binding.stock_unit
        join erp.lot using (lot_id)
        where lot.code = %(lot)s and %(unit)s::text is null
    )
    and (%(lot)s::text is null or lot.code = %(lot)s)
order by u.code
