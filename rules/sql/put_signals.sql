insert into rules.signal (series_id, first_at, last_at, lowest, highest)
select distinct on (series_id) series_id,
       public.at_micros(min(first) over (partition by series_id)), public.at_micros(last), lowest, highest
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[], %(lowest)s::double precision[],
            %(highest)s::double precision[]) as judged (series_id, first, last, lowest, highest)
order by series_id, last desc
on conflict (series_id) do update
    set first_at = least(signal.first_at, excluded.first_at),
        last_at = greatest(signal.last_at, excluded.last_at),
        lowest = case when excluded.last_at >= signal.last_at then excluded.lowest else signal.lowest end,
        highest = case when excluded.last_at >= signal.last_at then excluded.highest else signal.highest end
