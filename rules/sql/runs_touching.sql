select distinct r.series_id, r.side, r.limit_value,
       (extract(epoch from r.stretch) * 1000000)::bigint as stretch,
       public.micros(r.started_at) as started_at, public.micros(r.ended_at) as ended_at,
       r.peak, public.micros(r.peak_at) as peak_at
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[]) as w (series_id, first, last)
join rules.run r
    on r.series_id = w.series_id
    and r.started_at <= coalesce(public.at_micros(w.last), 'infinity')
    and r.ended_at >= public.at_micros(w.first)
order by r.series_id, started_at
