insert into telemetry.clock_jump (site, gateway, seen_at, offset_before, offset_after)
select site, gateway, public.at_micros(seen_at), before * interval '1 microsecond', after * interval '1 microsecond'
from unnest(
    %(sites)s::text[], %(gateways)s::text[], %(seen)s::bigint[], %(before)s::bigint[], %(after)s::bigint[]
) as jump (site, gateway, seen_at, before, after)
