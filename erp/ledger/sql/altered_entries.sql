-- The journal held against what the audit chain kept of every entry when it was posted.
with kept as (
    select entry.key::bigint as entry_id, entry.value as digest, record.record_id
    from audit.record record
    cross join lateral json_each_text(record.detail::json -> 'digests') entry
    where record.action = 'journal entries posted'
)
select coalesce(kept.entry_id, entry.entry_id) as entry_id,
       kept.record_id,
       case when entry.entry_id is null then 'was removed'
            when kept.entry_id is null then 'was inserted past the ledger'
            else 'was altered' end as fault,
       coalesce(entry.kind, '') as kind,
       coalesce((select string_agg(line.account || ' ' || line.amount, ', ' order by line.line)
                 from erp.journal_line line where line.entry_id = entry.entry_id), '') as lines
from kept
full join erp.journal_entry entry on entry.entry_id = kept.entry_id
where kept.digest is distinct from erp.entry_digest(entry.entry_id)
order by 1
