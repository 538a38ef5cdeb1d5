-- Of every claim that was ever sent; a rejection that was recorded wrongly was none.
select supplier.code as supplier,
       claim.currency,
       count(*)::integer as claims,
       count(*) filter (where claim.accepted > 0)::integer as accepted_claims,
       count(*) filter (where exists (
           select from erp.claim_event event
           where event.claim_id = claim.claim_id and event.after = 'rejected'
             and not exists (select from erp.claim_event told_again
                             where told_again.claim_id = claim.claim_id and told_again.before = 'rejected'
                               and told_again.after in ('accepted', 'part_accepted')
                               and told_again.claim_event_id > event.claim_event_id)))::integer as rejected_claims,
       sum(erp.claim_total(claim.claim_id)) as claimed,
       coalesce(sum(claim.accepted), 0) as accepted,
       sum(erp.claim_credited(claim.claim_id)) as credited,
       sum(erp.claim_replaced(claim.claim_id)) as replaced
from erp.claim claim
join erp.supplier supplier using (supplier_id)
where exists (select from erp.claim_event event
              where event.claim_id = claim.claim_id and event.after = 'submitted')
group by supplier.code, claim.currency
order by supplier.code, claim.currency
