insert into erp.journal_line (entry_id, line, account, amount)
select entry_id, line, account, amount
from unnest(%(entry_ids)s::bigint[], %(lines)s::integer[], %(accounts)s::text[], %(amounts)s::numeric[])
     as line (entry_id, line, account, amount)
