delete from rules.due_place
where due_id in (select due_id from rules.due_place order by due_id limit %(limit)s for update skip locked)
returning place_profile_id, moved
