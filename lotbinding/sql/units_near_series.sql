select distinct s.unit_id as id
from unnest(%(series)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    as stretch (series_id, since, until)
join telemetry.series se using (series_id)
join binding.placement p
    on p.sensor_id = se.sensor_id and p.during && tstzrange(stretch.since, stretch.until, '[]')
join binding.location covered on covered.location_id = p.location_id
join binding.location place on place.path <@ covered.path
join binding.stay s
    on s.location_id = place.location_id
    and s.during && (p.during * tstzrange(stretch.since, stretch.until, '[]'))
where %(among)s::bigint[] is null or s.unit_id = any(%(among)s)
