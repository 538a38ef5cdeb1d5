delete from rules.due_place
where place_profile_id = any(%(place_ids)s)
returning place_profile_id, moved
