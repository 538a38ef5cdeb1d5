insert into rules.place_profile (location_id, profile_id, since, told_by)
values (%(location_id)s, %(profile_id)s, public.at_micros(%(since)s), %(by)s)
returning place_profile_id as id
