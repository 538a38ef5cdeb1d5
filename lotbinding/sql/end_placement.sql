update binding.placement
set during = tstzrange(lower(during), %(at)s)
where sensor_id = %(sensor_id)s and upper_inf(during) and lower(during) < %(at)s
returning location_id as id
