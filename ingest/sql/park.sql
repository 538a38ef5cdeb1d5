insert into telemetry.parked as known
    (topic, code, reason, records, format, payload, received_at, last_received_at, gateway_at, quality, sensor,
     quantity, digest, repeats)
select topic, code, reason, records, format, payload, public.at_micros(received_at),
       public.at_micros(received_at), public.at_micros(gateway_at), quality, sensor, quantity, digest, repeats
from unnest(
    %(topics)s::text[], %(codes)s::text[], %(reasons)s::text[], %(records)s::integer[],
    %(formats)s::text[], %(payloads)s::bytea[], %(received)s::bigint[], %(gateway_ats)s::bigint[],
    %(qualities)s::smallint[], %(sensors)s::text[], %(quantities)s::text[], %(digests)s::bytea[],
    %(repeats)s::integer[]
) as parked (topic, code, reason, records, format, payload, received_at, gateway_at, quality, sensor, quantity,
             digest, repeats)
on conflict (digest) where resolved_at is null do update
    set reason = excluded.reason,
        repeats = known.repeats + case when %(seen_again)s then excluded.repeats + 1 else 0 end,
        last_received_at = greatest(known.last_received_at, excluded.last_received_at)
returning parked_id, xmax = 0 as fresh
