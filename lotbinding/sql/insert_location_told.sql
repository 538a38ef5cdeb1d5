insert into binding.location_told (location_id, name, kind, needed, recorded_by)
select location_id, name, kind, needed, %(by)s
from binding.location
where location_id = %(location_id)s
