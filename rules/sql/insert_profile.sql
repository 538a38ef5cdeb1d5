insert into rules.profile (name, version, title, source, two_people, recorded_by)
values (%(name)s, %(version)s, %(title)s, %(source)s, %(two_people)s, %(by)s)
returning profile_id as id
