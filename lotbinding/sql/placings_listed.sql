-- All that was ever told about where sensors hung; of one sensor, or (null) of all.
select p.placing_id, s.name as sensor, l.path::text as path, h.code as handling_unit,
       public.micros(p.occurred_at) as occurred_at, public.micros(p.recorded_at) as recorded_at, p.recorded_by,
       case when c.placing_id is not null then public.micros(c.recorded_at) end as cancelled_at,
       c.recorded_by as cancelled_by, c.reason as cancelled_why, c.replaced_by
from binding.placing p
join telemetry.sensor s using (sensor_id)
left join binding.location l using (location_id)
left join binding.handling_unit h using (handling_unit_id)
left join binding.placing_cancellation c using (placing_id)
where %(sensor)s::text is null or s.name = %(sensor)s
order by s.name collate "C", p.occurred_at, p.placing_id
