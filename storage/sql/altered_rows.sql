-- Rows of kept tables held against what the chain says they are: what was said last of each field since the row was added.
-- A column that came or went with a migration is on one side only and says nothing.
with kept (watched, keys) as (
    select watched, string_to_array(keys, ',') from unnest(%(tables)s::text[], %(keys)s::text[]) as one (watched, keys)
),
record as materialized (
    select record.subject, record.record_id, record.action, record.detail::jsonb -> 'after' as after
    from audit.record record
    join kept on kept.watched = split_part(record.subject, ' ', 1)
    where record.action in ('row added', 'row changed', 'row removed')
),
last_removal as (
    select subject, max(record_id) as record_id from record where action = 'row removed' group by subject
),
said as (
    select distinct on (record.subject, one.field) record.subject, one.field, one.value, record.record_id
    from record
    left join last_removal using (subject)
    cross join lateral jsonb_each(record.after) as one (field, value)
    where record.action <> 'row removed' and record.record_id > coalesce(last_removal.record_id, 0)
    order by record.subject, one.field, record.record_id desc
),
standing as (
    select row_.subject, one.field, one.value
    from kept
    cross join lateral audit.rows_of(kept.watched, kept.keys) as row_
    cross join lateral jsonb_each(row_.fields) as one (field, value)
),
compared as (
    select subject, field, said.record_id, said.value as said, standing.value as now,
           said.subject is not null as told, standing.subject is not null as stands
    from said
    full join standing using (subject, field)
)
select subject,
       case when not bool_or(stands) then 'was removed'
            when not bool_or(told) then 'was inserted past the audit chain'
            else 'was altered' end as fault,
       max(record_id) as record_id,
       coalesce(string_agg(format('%%s was %%s and is %%s', field, said, now), ', ' order by field)
                filter (where told and stands and said <> now), '') as words
from compared
group by subject
having not bool_or(stands) or not bool_or(told) or bool_or(told and stands and said <> now)
order by 1
