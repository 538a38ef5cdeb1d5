-- Who is told without delivery terms keeps those that are known.
insert into erp.supplier as known (code, name, claim_deadline_days, incoterm, named_place)
values (%(code)s, %(name)s, %(claim_deadline_days)s, %(incoterm)s, %(named_place)s)
on conflict (code) do update
set name = excluded.name,
    claim_deadline_days = excluded.claim_deadline_days,
    incoterm = case when excluded.incoterm = '' then known.incoterm else excluded.incoterm end,
    named_place = case when excluded.incoterm = '' then known.named_place else excluded.named_place end
where (known.name, known.claim_deadline_days) is distinct from (excluded.name, excluded.claim_deadline_days)
   or excluded.incoterm <> ''
      and (known.incoterm, known.named_place) is distinct from (excluded.incoterm, excluded.named_place)
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
