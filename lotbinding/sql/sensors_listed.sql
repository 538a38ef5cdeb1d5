-- Every sensor and quantity, and where it hangs now; of one sensor, or (null) of all.
select s.name, s.model, se.quantity, (extract(epoch from se.max_gap) * 1000000)::bigint as max_gap,
       l.path::text as path, h.code as handling_unit,
       case when p.placement_id is not null then public.micros(lower(p.during)) end as since
from telemetry.sensor s
join telemetry.series se using (sensor_id)
left join binding.placement p on p.sensor_id = s.sensor_id and p.during @> now()
left join binding.location l using (location_id)
left join binding.handling_unit h using (handling_unit_id)
where %(sensor)s::text is null or s.name = %(sensor)s
order by s.name collate "C", se.quantity = 'temperature' desc, se.quantity
