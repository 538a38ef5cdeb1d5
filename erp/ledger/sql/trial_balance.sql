select entry.currency,
       account.account,
       account.name,
       account.kind,
       coalesce(sum(line.amount) filter (where line.amount > 0), 0) as debit,
       coalesce(-sum(line.amount) filter (where line.amount < 0), 0) as credit
from erp.journal_line line
join erp.journal_entry entry using (entry_id)
join erp.ledger_account account using (account)
where entry.booked_on <= %(as_of)s
group by entry.currency, account.account
order by entry.currency, account.account
