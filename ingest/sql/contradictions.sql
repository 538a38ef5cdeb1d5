-- What is stored is looked up reading by reading in the primary key, whatever the planner thinks of a table
-- that it knows nothing about yet: "offset 0" keeps the lookup as it is written.
select arriving.row, known.value as stored
from arriving
cross join lateral (
    select reading.value
    from telemetry.reading
    where reading.series_id = arriving.series_id and reading.time = arriving.time
    offset 0
) known
where known.value <> arriving.value
order by arriving.row
