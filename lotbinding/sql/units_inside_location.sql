select distinct s.unit_id as id
from binding.location covered
join binding.location place on place.path <@ covered.path
join binding.stay s on s.location_id = place.location_id
where covered.location_id = %(location_id)s
    and s.during && tstzrange(%(since)s, null)
