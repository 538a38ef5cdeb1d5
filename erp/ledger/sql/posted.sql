select entry.unit_id, entry.kind, erp.instant(entry.occurred_at) as at, line.account, sum(line.amount) as amount
from erp.journal_entry entry
join erp.journal_line line using (entry_id)
where entry.unit_id = any(%(unit_ids)s)
group by entry.unit_id, entry.kind, entry.occurred_at, line.account
having sum(line.amount) <> 0
