delete from binding.stay where unit_id = %(unit_id)s
