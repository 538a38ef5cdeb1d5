select code,
       count(*)::integer as entries,
       sum(records)::integer as records,
       sum(repeats)::integer as repeats,
       min(received_at) as first_received_at,
       max(last_received_at) as last_received_at,
       (array_agg(reason order by last_received_at desc, parked_id desc))[1] as newest
from telemetry.parked
where resolved_at is null
    and (%(code)s::text is null or code = %(code)s::text)
    and (%(sensor)s::text is null or sensor = %(sensor)s::text)
    and (%(topic)s::text is null or position(%(topic)s::text in topic) > 0)
    and (%(since)s::timestamptz is null or last_received_at >= %(since)s::timestamptz)
    and (%(ids)s::bigint[] is null or parked_id = any(%(ids)s::bigint[]))
group by code
order by records desc, code
