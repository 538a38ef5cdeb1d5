-- Units that the logger of the series went with, units in handling units it went with, and what was split
-- off them later.
with travel as (
    select t.unit_id, t.handling_unit_id, t.during * tstzrange(stretch.since, stretch.until, '[]') as during
    from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        as stretch (series_id, since, until)
    join telemetry.series se using (series_id)
    join binding.logger_travel t
        on t.sensor_id = se.sensor_id and t.during && tstzrange(stretch.since, stretch.until, '[]')
    where not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)
),
went as (
    select unit_id, during from travel where unit_id is not null
    union all
    select s.unit_id, s.during * travel.during
    from travel
    join binding.stay s on s.handling_unit_id = travel.handling_unit_id and s.during && travel.during
)
select distinct l.unit_id as id
from went
join binding.lineage l on l.ancestor_id = went.unit_id and lower(went.during) < l.until
where %(among)s::bigint[] is null or l.unit_id = any(%(among)s)
