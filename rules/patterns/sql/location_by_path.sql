select location_id as id from binding.location where path::text = %(place)s
