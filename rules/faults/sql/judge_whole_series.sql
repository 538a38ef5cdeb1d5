-- All that a series ever measured is looked at again.
insert into rules.due (series_id, since, until)
select series_id, edge.first, edge.last
from unnest(%(series_ids)s::integer[]) as wanted (series_id)
cross join lateral (
    select (select min(time) from telemetry.reading r where r.series_id = wanted.series_id) as first,
           (select max(time) from telemetry.reading r where r.series_id = wanted.series_id) as last
) edge
where edge.first is not null
