delete from binding.placement where sensor_id = any(%(sensor_ids)s)
