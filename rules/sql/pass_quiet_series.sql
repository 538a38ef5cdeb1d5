-- Marks series as judged whose new readings change nothing, and returns them: all came after what is
-- judged, within every limit, after a signal within every limit, and none too long after the one before.
-- A change over a stretch cannot be beyond its limit while all readings meanwhile lie close together.
update rules.signal s
set last_at = public.at_micros(news.until),
    lowest = case when s.lowest is not null then least(s.lowest, news.lowest) end,
    highest = case when s.highest is not null then greatest(s.highest, news.highest) end
from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[], %(lowest)s::double precision[],
            %(highest)s::double precision[], %(steps)s::bigint[])
        as news (series_id, since, until, lowest, highest, longest_step)
    join telemetry.series se using (series_id)
where s.series_id = news.series_id
    and s.last_at < public.at_micros(news.since)
    and greatest(news.longest_step, news.since - public.micros(s.last_at))
        <= (extract(epoch from se.max_gap) * 1000000)::bigint
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
