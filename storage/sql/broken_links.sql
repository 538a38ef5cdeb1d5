-- Where the chain does not hold: each record held against the one before it and its own hash, and the end against the head.
with link as (
    select record_id, hash, previous_hash,
           audit.link(previous_hash, record_id, recorded_at, actor, action, subject, detail) as computed,
           lag(hash, 1, '\x'::bytea) over (order by record_id) as before,
           lag(record_id, 1, 0::bigint) over (order by record_id) as before_id
    from audit.record
)
select record_id,
       case when record_id <> before_id + 1 then format('records %s to %s are missing', before_id + 1, record_id - 1)
            when previous_hash <> before then 'does not carry the hash of the record before it'
            else 'its content does not match its hash' end as fault
from link
where hash <> computed or previous_hash <> before or record_id <> before_id + 1
union all
select greatest(head.record_id, newest.record_id),
       case when head.record_id is null then 'is the newest, and the head of the chain is gone'
            when head.record_id > newest.record_id then 'is what the head names: the newest records are missing'
            when head.record_id < newest.record_id then 'is beyond the head: inserted past the chain, or the head was set back'
            else 'has another hash than the head of the chain' end
from (select coalesce(max(record_id), 0) as record_id from audit.record) newest
left join audit.head head on true
left join audit.record last on last.record_id = newest.record_id
where (head.record_id, head.hash) is distinct from (newest.record_id, coalesce(last.hash, '\x'::bytea))
order by 1
