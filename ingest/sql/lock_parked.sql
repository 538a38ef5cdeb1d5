select parked_id, received_at, gateway_at, last_received_at, repeats, topic, code, reason, records, format,
       payload, quality, digest, resolved_at, resolved_by, resolution, note
from telemetry.parked
where parked_id = any(%(ids)s::bigint[]) and resolved_at is null
order by parked_id
for update
