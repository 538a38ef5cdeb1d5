insert into binding.placing (sensor_id, location_id, handling_unit_id, occurred_at, recorded_by)
values (%(sensor_id)s, %(location_id)s, %(handling_unit_id)s, public.at_micros(%(occurred_at)s), %(by)s)
returning placing_id as id
