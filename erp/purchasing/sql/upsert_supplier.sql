insert into erp.supplier as known (code, name, claim_deadline_days)
values (%(code)s, %(name)s, %(claim_deadline_days)s)
on conflict (code) do update
set name = excluded.name,
    claim_deadline_days = excluded.claim_deadline_days
where (known.name, known.claim_deadline_days) is distinct from (excluded.name, excluded.claim_deadline_days)
returning xmax = 0 as created  -- a row version that replaced another carries that other's lock
