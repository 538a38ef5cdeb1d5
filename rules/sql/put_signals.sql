-- How far each series is known. An end beyond which there is no evidence is exactly where its window ends: a
-- fault found late may move it back.
insert into rules.signal (series_id, first_at, last_at, lowest, highest)
select distinct on (series_id) series_id,
       public.at_micros(min(first) over (partition by series_id)), public.at_micros(last), lowest, highest
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[], %(lowest)s::double precision[],
            %(highest)s::double precision[]) as judged (series_id, first, last, lowest, highest)
order by series_id, last desc
on conflict (series_id) do update
    set first_at = case when excluded.series_id = any(%(first_known)s::integer[]) then excluded.first_at
                        else least(signal.first_at, excluded.first_at) end,
        last_at = case when excluded.series_id = any(%(last_known)s::integer[]) then excluded.last_at
                       else greatest(signal.last_at, excluded.last_at) end,
        lowest = case when excluded.series_id = any(%(last_known)s::integer[])
                          or excluded.last_at >= coalesce(signal.last_at, '-infinity') then excluded.lowest
                      else signal.lowest end,
        highest = case when excluded.series_id = any(%(last_known)s::integer[])
                           or excluded.last_at >= coalesce(signal.last_at, '-infinity') then excluded.highest
                       else signal.highest end
