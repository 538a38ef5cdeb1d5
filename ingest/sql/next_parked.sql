-- The first entry is always among them, however large its payload is.
with next as (
    select parked_id, octet_length(payload) as size
    from telemetry.parked
    where resolved_at is null
        and parked_id > %(after)s and parked_id <= %(upto)s
        and (%(code)s::text is null or code = %(code)s::text)
        and (%(sensor)s::text is null or sensor = %(sensor)s::text)
        and (%(topic)s::text is null or position(%(topic)s::text in topic) > 0)
        and (%(since)s::timestamptz is null or last_received_at >= %(since)s::timestamptz)
        and (%(ids)s::bigint[] is null or parked_id = any(%(ids)s::bigint[]))
    order by parked_id
    limit %(entries)s
)
select parked_id
from (select parked_id, size, sum(size) over (order by parked_id) as total from next) as counted
where total - size < %(payload)s
order by parked_id
