insert into erp.product as known (code, name, unit_of_measure, profile_id)
values (%(code)s, %(name)s, %(unit_of_measure)s, %(profile_id)s)
on conflict (code) do update
set name = excluded.name,
    unit_of_measure = excluded.unit_of_measure,
    profile_id = excluded.profile_id
where (known.name, known.unit_of_measure, known.profile_id)
      is distinct from (excluded.name, excluded.unit_of_measure, excluded.profile_id)
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
