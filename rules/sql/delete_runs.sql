delete from rules.run r
using unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[],
            %(stretches)s::bigint[], %(starts)s::bigint[])
    as gone (series_id, side, limit_value, stretch, started_at)
where r.series_id = gone.series_id and r.side = gone.side and r.limit_value = gone.limit_value
    and r.stretch = gone.stretch * interval '1 microsecond'
    and r.started_at = public.at_micros(gone.started_at)
