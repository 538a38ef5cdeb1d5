insert into telemetry.gateway_epoch (site, gateway, epoch)
select distinct batch.site, batch.gateway, batch.epoch
from unnest(%(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[]) as batch (site, gateway, epoch)
order by 1, 2, 3
on conflict do nothing
