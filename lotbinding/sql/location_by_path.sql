select location_id, path::text, name, kind
from binding.location
where path = %(path)s::ltree
