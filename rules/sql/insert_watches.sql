insert into rules.watch as known (series_id, side, limit_value, stretch, tells, averaged)
select series_id, side, limit_value, stretch * interval '1 microsecond', bool_or(tells), bool_or(averaged)
from unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[], %(stretches)s::bigint[],
            %(tells)s::boolean[], %(averaged)s::boolean[])
    as watch (series_id, side, limit_value, stretch, tells, averaged)
group by series_id, side, limit_value, stretch
on conflict (series_id, side, limit_value, stretch) do update
    set tells = known.tells or excluded.tells, averaged = known.averaged or excluded.averaged
