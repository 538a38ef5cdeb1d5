select location_id, path::text as path, kind from binding.location where path::text = %(path)s
