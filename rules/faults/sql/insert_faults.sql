insert into rules.sensor_fault (series_id, started_at, ended_at, kind, lowest, highest)
select %(series_id)s, public.at_micros(started_at), public.at_micros(ended_at), kind, lowest, highest
from unnest(%(starts)s::bigint[], %(ends)s::bigint[], %(kinds)s::text[], %(lowest)s::double precision[],
            %(highest)s::double precision[])
    as fault (started_at, ended_at, kind, lowest, highest)
on conflict (series_id, started_at) do update
    set ended_at = excluded.ended_at, kind = excluded.kind, lowest = excluded.lowest, highest = excluded.highest
