select location_id, path::text as path
from binding.location
where location_id = any(%(location_ids)s)
