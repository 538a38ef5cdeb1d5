insert into erp.storage_place (location_id, temperature_class, capacity, keeps_apart)
values (%(location_id)s, %(temperature_class)s, %(capacity)s, %(keeps_apart)s)
on conflict (location_id) do update
set temperature_class = excluded.temperature_class, capacity = excluded.capacity, keeps_apart = excluded.keeps_apart
where (storage_place.temperature_class, storage_place.capacity, storage_place.keeps_apart)
    is distinct from (excluded.temperature_class, excluded.capacity, excluded.keeps_apart)
