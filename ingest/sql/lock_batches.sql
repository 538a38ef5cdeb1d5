-- Locks the epochs of the batches, always in the same order, and says which batches are stored already.
select batch.site, batch.gateway, batch.epoch, batch.seq, batch.first_seq, batch.last_seq,
       known.committed @> batch.seq and known.committed @> int8range(batch.first_seq, batch.last_seq, '[]')
           as committed
from unnest(%(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[], %(seqs)s::bigint[],
            %(firsts)s::bigint[], %(lasts)s::bigint[])
    as batch (site, gateway, epoch, seq, first_seq, last_seq)
join telemetry.gateway_epoch as known using (site, gateway, epoch)
order by batch.site, batch.gateway, batch.epoch, batch.seq, batch.first_seq
for update of known
