insert into rules.signal (series_id, newest_at, newest_lowest, newest_highest, steady_since, steady_is_fine)
select series_id, public.at_micros(newest), lowest, highest, public.at_micros(steady_since), steady_is_fine
from unnest(%(series)s::integer[], %(newest)s::bigint[], %(lowest)s::double precision[],
            %(highest)s::double precision[], %(steady_since)s::bigint[], %(steady_is_fine)s::boolean[])
    as state (series_id, newest, lowest, highest, steady_since, steady_is_fine)
on conflict (series_id) do update
    set newest_at = excluded.newest_at, newest_lowest = excluded.newest_lowest,
        newest_highest = excluded.newest_highest, steady_since = excluded.steady_since,
        steady_is_fine = excluded.steady_is_fine
