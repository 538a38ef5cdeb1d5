select c.site || '/' || c.gateway as gateway, c.clock_offset, public.micros(c.offset_at) as offset_at,
       public.micros(seen.last_commit_at) as last_at
from telemetry.gateway_clock c
cross join lateral (
    select max(last_commit_at) as last_commit_at
    from telemetry.gateway_epoch e
    where e.site = c.site and e.gateway = c.gateway
) seen
where seen.last_commit_at is not null
order by gateway
