insert into telemetry.reading (series_id, time, value, quality)
select series_id, time, value, quality
from arriving
order by row
on conflict do nothing
