insert into binding.placement (sensor_id, location_id, during, recorded_by)
values (%(sensor_id)s, %(location_id)s, tstzrange(%(since)s, null), %(by)s)
returning placement_id as id
