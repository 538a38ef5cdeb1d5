-- The newest epoch of every gateway, and older ones with holes: what came, what is missing, what was thinned.
select known.site, known.gateway, known.epoch, known.current,
       coalesce(upper(known.committed) - 1, 0) as highest,
       known.last_commit_at,
       coalesce(missing.numbers, 0)::bigint as missing,
       coalesce(missing.ranges, '{}') as missing_ranges,
       coalesce(coming.numbers, 0)::bigint as coming,
       coalesce(coming.ranges, '{}') as coming_ranges,
       coalesce(thinned.numbers, 0)::bigint as thinned,
       coalesce(thinned.ranges, '{}') as thinned_ranges,
       coalesce(thinned.before, 0)::bigint as thinned_before,
       coalesce(thinned.left_over, 0)::bigint as thinned_left,
       coalesce(thinned.dropped, 0)::bigint as dropped,
       coalesce(thinned.dropped_ranges, '{}') as dropped_ranges,
       coalesce(thinned.dropped_readings, 0)::bigint as dropped_readings,
       case when clock.settles_at is null then clock.clock_offset / 1e6 end::double precision as offset_s,
       case
           when known.current and clock.settles_at is null and abs(clock.clock_offset) < 60000000
           then greatest(extract(epoch from known.last_commit_at - clock.published_at), 0)
       end::double precision as lag_s,
       coalesce(jumps.number, 0)::integer as jumps,
       jumps.seen_at as jump_seen_at,
       extract(epoch from jumps.before)::double precision as jump_before_s,
       extract(epoch from jumps.after)::double precision as jump_after_s
from (
    select site, gateway, epoch, committed, last_commit_at, filled_at,
           epoch = max(epoch) over (partition by site, gateway) as current,
           case
               when isempty(committed) then '{}'::int8multirange
               else int8multirange(int8range(lower(committed), upper(committed))) - committed
           end as holes,
           case
               when filled_at > now() - interval '1 minute' then 0
               when last_commit_at < now() - interval '1 minute' then coalesce(upper(committed), 0)
               when marked_at < now() - interval '1 minute' then marked
               else overtaken
           end as old_below
    from telemetry.gateway_epoch
) as known
left join telemetry.gateway_clock as clock using (site, gateway)
cross join lateral (
    select sum(upper(hole) - lower(hole)) as numbers,
           (array_agg(array[lower(hole), upper(hole) - 1] order by hole))[:5] as ranges
    from unnest(case
        when known.current then known.holes * int8multirange(int8range(0, known.old_below)) else known.holes
    end) as hole
) as missing
cross join lateral (
    select sum(upper(hole) - lower(hole)) as numbers,
           (array_agg(array[lower(hole), upper(hole) - 1] order by hole))[:5] as ranges
    from unnest(known.holes - int8multirange(int8range(0, known.old_below))) as hole
    where known.current
) as coming
cross join lateral (
    select sum(batches) filter (where not gone) as numbers,
           (array_agg(array[first_seq, last_seq] order by first_seq) filter (where not gone))[:5] as ranges,
           sum(readings_before) filter (where not gone) as before,
           sum(readings_left) filter (where not gone) as left_over,
           sum(batches) filter (where gone) as dropped,
           (array_agg(array[first_seq, last_seq] order by first_seq) filter (where gone))[:5] as dropped_ranges,
           sum(readings_before) filter (where gone) as dropped_readings
    from (
        select first_seq, last_seq, last_seq - first_seq + 1 as batches, readings_before, readings_left,
               readings_left = 0 as gone
        from telemetry.thinned as told
        where (told.site, told.gateway, told.epoch) = (known.site, known.gateway, known.epoch)
            and not exists (
                select from telemetry.thinned as wider
                where (wider.site, wider.gateway, wider.epoch) = (told.site, told.gateway, told.epoch)
                    and wider.first_seq <= told.first_seq and wider.last_seq >= told.last_seq
                    and wider.last_seq - wider.first_seq > told.last_seq - told.first_seq
            )
    ) as outermost
) as thinned
left join lateral (
    select count(*) over () as number, jump.seen_at, jump.offset_before as before, jump.offset_after as after
    from telemetry.clock_jump as jump
    where (jump.site, jump.gateway) = (known.site, known.gateway) and jump.seen_at > now() - interval '7 days'
    order by jump.seen_at desc
    limit 1
) as jumps on known.current
where known.current or not isempty(known.holes)
order by known.site, known.gateway, known.epoch desc
