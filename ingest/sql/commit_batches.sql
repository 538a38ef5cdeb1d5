-- Adds the numbers of the batches to their epochs and returns each epoch's newest ranges, ends included.
update telemetry.gateway_epoch as known
set committed = known.committed + fresh.numbers, last_commit_at = clock_timestamp()
from (
    select site, gateway, epoch, range_agg(int8range(seq, seq, '[]')) as numbers
    from unnest(%(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[], %(seqs)s::bigint[])
        as batch (site, gateway, epoch, seq)
    group by site, gateway, epoch
) as fresh
where (known.site, known.gateway, known.epoch) = (fresh.site, fresh.gateway, fresh.epoch)
returning
    known.site, known.gateway, known.epoch,
    array(
        select array[lower(number), upper(number) - 1]
        from unnest(known.committed) as number
        order by number desc
        limit %(ranges)s
    ) as newest
