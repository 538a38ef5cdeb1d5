-- What stands at a pick face or is on its way there, where that is below the minimum.
select face.location_id, location.path::text as path, face.product_id, product.code as product, face.minimum,
       face.fill_to, there.quantity as there
from erp.pick_face face
join binding.location location using (location_id)
join erp.product product using (product_id)
cross join lateral (
    select coalesce(sum(standing.free), 0) as quantity
    from (
        select stock.unit_id, stock.free
        from binding.location inside
        join erp.stock stock using (location_id)
        where inside.path <@ location.path and stock.product_id = face.product_id and not stock.held
        union
        select coming.unit_id, coming.free
        from erp.warehouse_task task
        join erp.stock coming using (unit_id)
        where task.location_id = face.location_id and task.state in ('open', 'taken')
            and coming.product_id = face.product_id and not coming.held
    ) standing
) there
where there.quantity < face.minimum
order by location.path, product.code
