-- Locks the epochs of the batches, always in the same order, and says which batches are stored already.
select batch.site, batch.gateway, batch.epoch, batch.seq, known.committed @> batch.seq as committed
from unnest(%(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[], %(seqs)s::bigint[])
    as batch (site, gateway, epoch, seq)
join telemetry.gateway_epoch as known using (site, gateway, epoch)
order by batch.site, batch.gateway, batch.epoch, batch.seq
for update of known
