select arriving.row, reading.value as stored
from arriving
join telemetry.reading using (series_id, time)
where reading.value <> arriving.value
order by arriving.row
