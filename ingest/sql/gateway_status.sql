select distinct on (site, gateway)
       site, gateway,
       coalesce(upper(committed) - 1, 0) as highest,
       (coalesce(upper(committed) - lower(committed), 0)
        - (select coalesce(sum(upper(part) - lower(part)), 0) from unnest(committed) as part))::bigint as missing,
       last_commit_at
from telemetry.gateway_epoch
order by site, gateway, epoch desc
