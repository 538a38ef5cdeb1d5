insert into erp.pick_face (location_id, product_id, minimum, fill_to)
values (%(location_id)s, %(product_id)s, %(minimum)s, %(fill_to)s)
on conflict (location_id, product_id) do update set minimum = excluded.minimum, fill_to = excluded.fill_to
