-- What is not told stays as it is known; delivery terms are told whole.
insert into erp.supplier as known
    (code, name, claim_deadline_days, incoterm, named_place, payment_days, contact)
values (%(code)s, %(name)s, coalesce(%(claim_deadline_days)s::integer, 14), %(incoterm)s, %(named_place)s,
        coalesce(%(payment_days)s::integer, 30), coalesce(%(contact)s::text, ''))
on conflict (code) do update
set name = excluded.name,
    claim_deadline_days = coalesce(%(claim_deadline_days)s::integer, known.claim_deadline_days),
    incoterm = case when excluded.incoterm = '' then known.incoterm else excluded.incoterm end,
    named_place = case when excluded.incoterm = '' then known.named_place else excluded.named_place end,
    payment_days = coalesce(%(payment_days)s::integer, known.payment_days),
    contact = coalesce(%(contact)s::text, known.contact)
where (known.name, known.claim_deadline_days, known.payment_days, known.contact)
      is distinct from (
          excluded.name,
          coalesce(%(claim_deadline_days)s::integer, known.claim_deadline_days),
          coalesce(%(payment_days)s::integer, known.payment_days),
          coalesce(%(contact)s::text, known.contact))
   or excluded.incoterm <> ''
      and (known.incoterm, known.named_place) is distinct from (excluded.incoterm, excluded.named_place)
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
