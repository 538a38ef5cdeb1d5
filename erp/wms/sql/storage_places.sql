select location.path::text as path, location.kind, place.temperature_class, place.capacity, place.keeps_apart,
       (select count(*)::integer
        from binding.location inside
        join erp.stock stock using (location_id)
        where inside.path <@ location.path) as units
from erp.storage_place place
join binding.location location using (location_id)
order by location.path
