-- Invoices and claims held against their entries; stock accounts that move without a unit; entries that do not balance.
with line as (
    select entry.entry_id, entry.kind, entry.words, entry.currency, entry.unit_id, entry.invoice_id, entry.claim_id,
           line.account, line.amount
    from erp.journal_entry entry
    join erp.journal_line line using (entry_id)
),
of_invoice as (
    select invoice_id, -sum(amount) as payable from line where account = '2000' and invoice_id is not null group by invoice_id
),
of_claim as (
    select claim_id,
           coalesce(sum(amount) filter (where kind = 'claim' and words = 'agreed' and account = '1300'), 0) as agreed,
           coalesce(sum(amount) filter (where kind = 'credit_note' and account = '2000'), 0) as credited,
           coalesce(sum(amount) filter (where account = '1300'), 0) as open
    from line
    where claim_id is not null
    group by claim_id
)
select 'invoice ' || invoice.code || ' of supplier ' || supplier.code as what, invoice.currency,
       coalesce(booked.payable, 0) as booked,
       case when invoice.state = 'cancelled' then 0 else invoice.total end as told
from erp.supplier_invoice invoice
join erp.supplier supplier using (supplier_id)
left join of_invoice booked using (invoice_id)
where coalesce(booked.payable, 0) <> case when invoice.state = 'cancelled' then 0 else invoice.total end
union all
select 'claim ' || claim.code || ', ' || compared.what, claim.currency, compared.booked, compared.told
from erp.claim claim
left join of_claim booked using (claim_id)
cross join lateral (values
    ('agreed', coalesce(booked.agreed, 0), coalesce(claim.accepted, 0)),
    ('credit notes', coalesce(booked.credited, 0), erp.claim_credited(claim.claim_id)),
    ('still open', coalesce(booked.open, 0),
     case when claim.state in ('credited', 'replaced', 'closed') then 0 else coalesce(booked.open, 0) end)
) as compared (what, booked, told)
where compared.booked <> compared.told
union all
select 'account ' || account || ', what is about no unit', currency, sum(amount), 0
from line
where account in ('1200', '1210') and unit_id is null
group by account, currency
having sum(amount) <> 0
union all
select 'entry ' || entry_id || ', debits less credits', min(currency), sum(amount), 0
from line
group by entry_id
having sum(amount) <> 0
