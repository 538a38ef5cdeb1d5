insert into rules.profile (name, version, title, source, recorded_by)
values (%(name)s, %(version)s, %(title)s, %(source)s, %(by)s)
returning profile_id as id
