delete from rules.forecast f
using unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[])
    as gone (series_id, side, limit_value)
where f.series_id = gone.series_id and f.side = gone.side and f.limit_value = gone.limit_value
