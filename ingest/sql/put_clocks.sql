insert into telemetry.gateway_clock as known
    (site, gateway, clock_offset, offset_at, settles_at, above_since, above_lowest, published_at)
select site, gateway, clock_offset, public.at_micros(offset_at), public.at_micros(settles_at),
       public.at_micros(above_since), case when above_since is not null then above_lowest end,
       public.at_micros(published_at)
from unnest(
    %(sites)s::text[], %(gateways)s::text[], %(offsets)s::bigint[], %(offset_ats)s::bigint[],
    %(settles)s::bigint[], %(sinces)s::bigint[], %(lowests)s::bigint[], %(published)s::bigint[]
) as told (site, gateway, clock_offset, offset_at, settles_at, above_since, above_lowest, published_at)
on conflict (site, gateway) do update
    set clock_offset = excluded.clock_offset, offset_at = excluded.offset_at, settles_at = excluded.settles_at,
        above_since = excluded.above_since, above_lowest = excluded.above_lowest,
        published_at = coalesce(excluded.published_at, known.published_at)
