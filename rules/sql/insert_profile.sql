insert into rules.profile (name, version, title, source)
values (%(name)s, %(version)s, %(title)s, %(source)s)
returning profile_id as id
