update rules.place_profile
set until = public.at_micros(%(until)s), ended_by = %(by)s
where place_profile_id = %(place_id)s
