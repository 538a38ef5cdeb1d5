insert into rules.forecast (series_id, side, limit_value, first_at, last_at, expected_at, seen)
select series_id, side, limit_value, public.at_micros(first_at), public.at_micros(last_at),
       public.at_micros(expected_at), seen
from unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[], %(first)s::bigint[],
            %(last)s::bigint[], %(expected)s::bigint[], %(seen)s::integer[])
    as told (series_id, side, limit_value, first_at, last_at, expected_at, seen)
on conflict (series_id, side, limit_value) do update
    set first_at = excluded.first_at, last_at = excluded.last_at, expected_at = excluded.expected_at,
        seen = excluded.seen
