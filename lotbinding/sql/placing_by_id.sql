select p.placing_id, s.name as sensor, public.micros(p.occurred_at) as occurred_at,
       p.location_id, p.handling_unit_id, c.placing_id is not null as cancelled
from binding.placing p
join telemetry.sensor s using (sensor_id)
left join binding.placing_cancellation c using (placing_id)
where p.placing_id = %(placing_id)s
