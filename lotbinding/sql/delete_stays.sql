delete from binding.stay where unit_id = any(%(unit_ids)s)
