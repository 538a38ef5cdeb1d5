select profile_id, name, version, title, source, two_people, state, review_id
from rules.profile
where name = %(name)s and version = %(version)s
