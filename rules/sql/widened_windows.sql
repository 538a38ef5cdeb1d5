select w.series_id,
       public.micros(least(w.since, min(r.started_at))) as start,
       public.micros(greatest(w.until, max(r.ended_at))) as "end"
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    with ordinality as w (series_id, since, until, number)
left join rules.signal s on s.series_id = w.series_id and w.since <= s.last_at
left join rules.run r
    on r.series_id = s.series_id and r.started_at <= w.until and r.ended_at >= w.since
group by w.number, w.series_id, w.since, w.until
order by w.number
