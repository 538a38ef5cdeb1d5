insert into telemetry.reading (series_id, quality, time, value, received_at, gateway_at)
select series_id, quality, time, value, received_at, gateway_at
from arriving
order by row
on conflict do nothing
