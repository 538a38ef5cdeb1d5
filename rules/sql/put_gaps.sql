insert into rules.gap (series_id, started_at, ended_at)
select series_id, public.at_micros(started_at), public.at_micros(ended_at)
from unnest(%(series)s::integer[], %(starts)s::bigint[], %(ends)s::bigint[])
    as gap (series_id, started_at, ended_at)
on conflict (series_id, started_at) do update set ended_at = excluded.ended_at
