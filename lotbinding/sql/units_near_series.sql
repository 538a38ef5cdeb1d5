-- Units that stood where the series measured, and what was split off them later.
with near as (
    select place.location_id, null::bigint as handling_unit_id,
           p.during * tstzrange(stretch.since, stretch.until, '[]') as during
    from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        as stretch (series_id, since, until)
    join telemetry.series se using (series_id)
    join binding.placement p
        on p.sensor_id = se.sensor_id and p.during && tstzrange(stretch.since, stretch.until, '[]')
    join binding.location covered on covered.location_id = p.location_id
    join binding.location place on place.path <@ covered.path
    union all
    select null, p.handling_unit_id, p.during * tstzrange(stretch.since, stretch.until, '[]')
    from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        as stretch (series_id, since, until)
    join telemetry.series se using (series_id)
    join binding.placement p
        on p.sensor_id = se.sensor_id and p.during && tstzrange(stretch.since, stretch.until, '[]')
    where p.handling_unit_id is not null
),
stood as (
    select s.unit_id, s.during * near.during as during
    from near
    join binding.stay s on s.location_id = near.location_id and s.during && near.during
    union all
    select s.unit_id, s.during * near.during
    from near
    join binding.stay s on s.handling_unit_id = near.handling_unit_id and s.during && near.during
)
select distinct l.unit_id as id
from stood
join binding.lineage l on l.ancestor_id = stood.unit_id and lower(stood.during) < l.until
where %(among)s::bigint[] is null or l.unit_id = any(%(among)s)
