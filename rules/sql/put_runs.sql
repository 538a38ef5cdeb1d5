insert into rules.run (series_id, side, limit_value, stretch, started_at, ended_at, peak, peak_at)
select series_id, side, limit_value, stretch * interval '1 microsecond', public.at_micros(started_at),
       public.at_micros(ended_at), peak, public.at_micros(peak_at)
from unnest(%(series)s::integer[], %(sides)s::text[], %(limits)s::double precision[], %(stretches)s::bigint[],
            %(starts)s::bigint[], %(ends)s::bigint[], %(peaks)s::double precision[], %(peaks_at)s::bigint[])
    as run (series_id, side, limit_value, stretch, started_at, ended_at, peak, peak_at)
on conflict (series_id, side, limit_value, stretch, started_at)
    do update set ended_at = excluded.ended_at, peak = excluded.peak, peak_at = excluded.peak_at
