select distinct on (name) name, profile_id
from rules.profile
where state = 'approved'
order by name, version desc
