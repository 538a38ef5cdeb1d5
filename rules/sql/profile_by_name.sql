select profile_id, version
from rules.profile
where name = %(name)s and version = %(version)s
