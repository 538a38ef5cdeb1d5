-- Below zero: what was agreed and is not expected any more.
select coalesce(sum(line.amount), 0) as amount
from erp.journal_entry entry
join erp.journal_line line using (entry_id)
where entry.claim_id = %(claim_id)s and line.account = '1300' and entry.kind = 'claim' and entry.words <> 'agreed'
