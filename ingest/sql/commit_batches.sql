-- Adds the numbers of the batches to their epochs and returns each epoch's newest ranges, ends included.
update telemetry.gateway_epoch as known
set committed = known.committed + fresh.numbers,
    last_commit_at = clock_timestamp(),
    filled_at = case
        when lower(fresh.numbers) < upper(known.committed) and not fresh.numbers <@ known.committed
        then clock_timestamp() else known.filled_at
    end,
    overtaken = case when known.marked_at < clock_timestamp() - interval '1 minute' then known.marked else known.overtaken end,
    marked = case
        when known.marked_at < clock_timestamp() - interval '1 minute'
        then greatest(upper(known.committed), upper(fresh.numbers)) else known.marked
    end,
    marked_at = case
        when known.marked_at < clock_timestamp() - interval '1 minute' then clock_timestamp() else known.marked_at
    end
from (
    select site, gateway, epoch,
           range_agg(int8range(seq, seq, '[]')) + range_agg(int8range(first_seq, last_seq, '[]')) as numbers
    from unnest(%(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[], %(seqs)s::bigint[],
                %(firsts)s::bigint[], %(lasts)s::bigint[])
        as batch (site, gateway, epoch, seq, first_seq, last_seq)
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
