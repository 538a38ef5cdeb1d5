-- Places for goods of a temperature class, with what stands there or is on its way there.
select place.location_id, location.path::text as path, location.kind, class.temperature_class, place.capacity,
       place.keeps_apart, coalesce(there.units, 0)::integer as units, coalesce(there.lots, '{}') as lots,
       coalesce(there.products, '{}') as products
from erp.storage_place place
join binding.location location using (location_id)
left join lateral (
    select outer_place.temperature_class
    from binding.location around
    join erp.storage_place outer_place using (location_id)
    where around.path @> location.path and outer_place.temperature_class is not null
    order by nlevel(around.path) desc
    limit 1
) class on true
cross join lateral (
    select count(*) as units, array_agg(distinct standing.lot_id) as lots,
           array_agg(distinct standing.product_id) as products
    from (
        select stock.unit_id, stock.lot_id, stock.product_id
        from binding.location inside
        join erp.stock stock using (location_id)
        where inside.path <@ location.path
        union
        select coming.unit_id, coming.lot_id, coming.product_id
        from erp.warehouse_task task
        join erp.stock coming using (unit_id)
        where task.location_id = place.location_id and task.state in ('open', 'taken')
    ) standing
) there
where place.capacity is not null and location.closed_at is null
    and (class.temperature_class = %(temperature_class)s or location.kind = 'quarantine_cage'
         or location.path::text = %(path)s)
