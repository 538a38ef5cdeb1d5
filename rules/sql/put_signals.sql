-- How far each series is known. An end beyond which there is no evidence is exactly where its window ends: a
-- fault found late may move it back.
insert into rules.signal (series_id, first_at, last_at)
select series_id, public.at_micros(min(first)), public.at_micros(max(last))
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[])
    as judged (series_id, first, last)
group by series_id
on conflict (series_id) do update
    set first_at = case when excluded.series_id = any(%(first_known)s::integer[]) then excluded.first_at
                        else least(signal.first_at, excluded.first_at) end,
        last_at = case when excluded.series_id = any(%(last_known)s::integer[]) then excluded.last_at
                       else greatest(signal.last_at, excluded.last_at) end
