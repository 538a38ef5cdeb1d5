with locked as materialized (
    select series_id
    from telemetry.series
    where series_id = any(%(series_ids)s)
    order by series_id
    for no key update
)
select locked.series_id, public.micros(edge.first) as start, public.micros(edge.last) as "end"
from locked
cross join lateral (
    select (select min(time) from telemetry.reading r where r.series_id = locked.series_id) as first,
           (select max(time) from telemetry.reading r where r.series_id = locked.series_id) as last
) edge
where edge.first is not null
