select clock.site, clock.gateway, clock.clock_offset as offset,
       (extract(epoch from clock.offset_at) * 1000000)::bigint as offset_at,
       (extract(epoch from clock.settles_at) * 1000000)::bigint as settles_at,
       (extract(epoch from clock.above_since) * 1000000)::bigint as above_since,
       coalesce(clock.above_lowest, 0) as above_lowest
from unnest(%(sites)s::text[], %(gateways)s::text[]) as asked (site, gateway)
join telemetry.gateway_clock as clock using (site, gateway)
order by clock.site, clock.gateway
for update of clock
