insert into rules.signal (series_id, first_at, last_at)
select series_id, public.at_micros(min(first)), public.at_micros(max(last))
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[]) as judged (series_id, first, last)
group by series_id
on conflict (series_id) do update
    set first_at = least(signal.first_at, excluded.first_at),
        last_at = greatest(signal.last_at, excluded.last_at)
