-- What is not told stays as it is known; a range is told whole.
insert into erp.customer as known (code, name, min_remaining_days, lowest, highest, contact)
values (%(code)s, %(name)s, %(min_remaining_days)s, %(lowest)s::numeric, %(highest)s::numeric,
        coalesce(%(contact)s::text, ''))
on conflict (code) do update
set name = excluded.name,
    min_remaining_days = excluded.min_remaining_days,
    lowest = case when num_nonnulls(excluded.lowest, excluded.highest) = 0 then known.lowest else excluded.lowest end,
    highest = case when num_nonnulls(excluded.lowest, excluded.highest) = 0 then known.highest else excluded.highest end,
    contact = coalesce(%(contact)s::text, known.contact)
where (known.name, known.min_remaining_days, known.contact)
      is distinct from (excluded.name, excluded.min_remaining_days, coalesce(%(contact)s::text, known.contact))
   or num_nonnulls(excluded.lowest, excluded.highest) > 0
      and (known.lowest, known.highest) is distinct from (excluded.lowest, excluded.highest)
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
