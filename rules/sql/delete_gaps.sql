delete from rules.gap g
using unnest(%(series)s::integer[], %(starts)s::bigint[]) as gone (series_id, started_at)
where g.series_id = gone.series_id and g.started_at = public.at_micros(gone.started_at)
