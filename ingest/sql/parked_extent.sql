select count(*)::integer as entries, coalesce(max(parked_id), 0) as newest
from telemetry.parked
where resolved_at is null
    and (%(code)s::text is null or code = %(code)s::text)
    and (%(sensor)s::text is null or sensor = %(sensor)s::text)
    and (%(topic)s::text is null or position(%(topic)s::text in topic) > 0)
    and (%(since)s::timestamptz is null or last_received_at >= %(since)s::timestamptz)
    and (%(ids)s::bigint[] is null or parked_id = any(%(ids)s::bigint[]))
