-- A change is measured over a stretch: a reading counts in those that end up to so long after it, and what was
-- read so long before is needed. The reading before it is no further away than max_gap, or there is no change.
select w.series_id,
       public.micros(least(near.since, min(r.started_at)) - near.reach) as start,
       public.micros(greatest(near.until, max(r.ended_at)) + near.reach) as "end",
       coalesce(w.since <= s.last_at, false) as late
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    with ordinality as w (series_id, since, until, number)
join telemetry.series se on se.series_id = w.series_id
cross join lateral (select coalesce(max(stretch), interval '0') as stretch
                    from rules.watch where series_id = w.series_id) watched
cross join lateral (
    select case when watched.stretch > interval '0' then watched.stretch + se.max_gap else interval '0' end as reach,
           case when watched.stretch > interval '0' then w.since - se.max_gap else w.since end as since,
           case when watched.stretch > interval '0' then w.until + watched.stretch + se.max_gap else w.until end as until
) near
left join rules.signal s on s.series_id = w.series_id
left join rules.run r
    on r.series_id = s.series_id and r.started_at <= near.until and r.ended_at >= near.since
    and (w.since <= s.last_at or near.reach > interval '0')
group by w.number, w.series_id, w.since, w.until, near.since, near.until, near.reach, s.last_at
order by w.number
