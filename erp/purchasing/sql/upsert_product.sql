-- What is not told stays as it is known; price and currency are told together.
insert into erp.product as known
    (code, name, unit_of_measure, profile_id, gtin, price, currency, shelf_life_days)
values (%(code)s, %(name)s, %(unit_of_measure)s, %(profile_id)s, %(gtin)s::text, %(price)s::numeric,
        %(currency)s::text, %(shelf_life_days)s::integer)
on conflict (code) do update
set name = excluded.name,
    unit_of_measure = excluded.unit_of_measure,
    profile_id = excluded.profile_id,
    gtin = coalesce(excluded.gtin, known.gtin),
    price = coalesce(excluded.price, known.price),
    currency = coalesce(excluded.currency, known.currency),
    shelf_life_days = coalesce(excluded.shelf_life_days, known.shelf_life_days)
where (known.name, known.unit_of_measure, known.profile_id, known.gtin, known.price, known.currency,
       known.shelf_life_days)
      is distinct from (
          excluded.name, excluded.unit_of_measure, excluded.profile_id, coalesce(excluded.gtin, known.gtin),
          coalesce(excluded.price, known.price), coalesce(excluded.currency, known.currency),
          coalesce(excluded.shelf_life_days, known.shelf_life_days))
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
