insert into binding.placement (sensor_id, location_id, handling_unit_id, during, recorded_at, recorded_by)
select p.sensor_id, p.location_id, p.handling_unit_id, public.span(hung.since, hung.until), p.recorded_at, p.recorded_by
from unnest(%(placing_ids)s::bigint[], %(since)s::bigint[], %(until)s::bigint[]) as hung (placing_id, since, until)
join binding.placing p using (placing_id)
