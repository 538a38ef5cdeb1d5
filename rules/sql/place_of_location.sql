select path::text as path from binding.location where location_id = %(location_id)s
