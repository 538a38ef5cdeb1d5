select distinct g.series_id, public.micros(g.started_at) as start, public.micros(g.ended_at) as "end"
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[]) as w (series_id, first, last)
join rules.gap g
    on g.series_id = w.series_id
    and g.started_at < coalesce(public.at_micros(w.last), 'infinity')
    and g.ended_at > public.at_micros(w.first)
order by g.series_id, start
