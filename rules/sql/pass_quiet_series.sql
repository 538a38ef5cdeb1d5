-- Marks series as judged whose new readings change nothing, and returns them: all came after what is
-- judged, within every limit, after a signal within every limit, and none too long after the one before;
-- and none can be a fault of its sensor, as rules/faults/core/state.py has it. A change over a stretch cannot be
-- beyond its limit while all readings meanwhile lie close together.
update rules.signal s
set last_at = public.at_micros(news.until),
    lowest = case when s.lowest is not null then least(s.lowest, news.lowest) end,
    highest = case when s.highest is not null then greatest(s.highest, news.highest) end,
    newest_at = public.at_micros(news.until),
    newest_lowest = news.lowest,
    newest_highest = news.highest,
    steady_since = case when news.steady and news.lowest between s.newest_lowest and s.newest_highest
                        then s.steady_since else public.at_micros(news.since) end,
    steady_is_fine = s.steady_is_fine and news.steady and news.lowest between s.newest_lowest and s.newest_highest
from (
    select *, lowest = highest as steady
    from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[], %(lowest)s::double precision[],
                %(highest)s::double precision[], %(steps)s::bigint[])
        as told (series_id, since, until, lowest, highest, longest_step)
) as news
    join telemetry.series se using (series_id)
    join rules.sensor_limits l using (series_id)
where s.series_id = news.series_id
    and s.last_at < public.at_micros(news.since)
    and s.newest_at = s.last_at
    and greatest(news.longest_step, news.since - public.micros(s.last_at))
        <= (extract(epoch from se.max_gap) * 1000000)::bigint
    and news.lowest >= l.lowest and news.highest <= l.highest
    and greatest(news.highest, s.newest_highest) - least(news.lowest, s.newest_lowest) <= l.max_step
    and (l.error_values = '{}'
         or not exists (select from unnest(l.error_values) as e where e between news.lowest and news.highest))
    and (l.stuck_after is null
         or s.steady_is_fine
            and (news.steady and news.lowest between s.newest_lowest and s.newest_highest
                 or news.until - news.since < (extract(epoch from l.stuck_after) * 1000000)::bigint)
         or not s.steady_is_fine
            and news.until - public.micros(s.steady_since) < (extract(epoch from l.stuck_after) * 1000000)::bigint)
    and not exists (
        select from rules.watch w
        where w.series_id = news.series_id
            and case
                when w.stretch > interval '0' then
                    s.lowest is null
                    or greatest(s.highest, news.highest) - least(s.lowest, news.lowest)
                        > abs(w.limit_value) * extract(epoch from w.stretch) / 3600
                when w.side = 'above' then news.highest > w.limit_value
                else news.lowest < w.limit_value
            end
    )
    and s.last_at > coalesce(
        (select max(r.ended_at) from rules.run r where r.series_id = news.series_id), '-infinity'
    )
returning s.series_id
