-- Of every claim that was ever sent.
select supplier.code as supplier,
       claim.currency,
       count(*)::integer as claims,
       count(*) filter (where claim.accepted > 0)::integer as accepted_claims,
       count(*) filter (where exists (select from erp.claim_event event
                                      where event.claim_id = claim.claim_id and event.after = 'rejected'))::integer
           as rejected_claims,
       sum(erp.claim_total(claim.claim_id)) as claimed,
       coalesce(sum(claim.accepted), 0) as accepted,
       sum(got.credited) as credited,
       sum(got.replaced) as replaced
from erp.claim claim
join erp.supplier supplier using (supplier_id)
cross join lateral (
    select coalesce((select sum(note.amount) from erp.credit_note note where note.claim_id = claim.claim_id), 0)
               as credited,
           coalesce((select sum(line.amount) from erp.journal_entry entry join erp.journal_line line using (entry_id)
                     where entry.claim_id = claim.claim_id and entry.kind = 'replacement'
                       and line.account = '2100'), 0) as replaced
) got
where exists (select from erp.claim_event event
              where event.claim_id = claim.claim_id and event.after = 'submitted')
group by supplier.code, claim.currency
order by supplier.code, claim.currency
