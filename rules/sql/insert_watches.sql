insert into rules.watch (series_id, side, limit_value)
select series_id, side, limit_value
from unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[])
    as watch (series_id, side, limit_value)
on conflict do nothing
