update rules.sensor_fault f
set ended_at = public.at_micros(news.until),
    lowest = least(f.lowest, news.lowest), highest = greatest(f.highest, news.highest)
from unnest(%(series)s::integer[], %(newest)s::bigint[], %(until)s::bigint[], %(lowest)s::double precision[],
            %(highest)s::double precision[])
    as news (series_id, newest, until, lowest, highest)
where f.series_id = news.series_id and f.ended_at = public.at_micros(news.newest)
