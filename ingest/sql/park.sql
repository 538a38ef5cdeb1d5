insert into telemetry.parked (topic, code, reason, records, format, payload)
select topic, code, reason, records, format, payload
from unnest(
    %(topics)s::text[], %(codes)s::text[], %(reasons)s::text[], %(records)s::integer[],
    %(formats)s::text[], %(payloads)s::bytea[]
) as parked (topic, code, reason, records, format, payload)
