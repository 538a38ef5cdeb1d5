-- What came of each series since it was judged last, in short; a series with readings among those judged
-- already, or with none, is left out. One reading before is no news: pass_quiet_series.sql knows when it was.
select w.series_id, public.micros(w.since) as since, public.micros(w.until) as until,
       came.lowest, came.highest, coalesce(extract(epoch from came.step) * 1000000, 0)::bigint as longest_step
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[]) as w (series_id, since, until)
join rules.signal s on s.series_id = w.series_id and s.last_at < w.since
cross join lateral (
    select min(value) as lowest, max(value) as highest, max(time - before) as step
    from (
        select value, time, lag(time) over (order by time) as before
        from telemetry.reading
        where series_id = w.series_id and time between w.since and w.until
    ) as measured
) came
where came.lowest is not null
