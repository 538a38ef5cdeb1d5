-- Whatever judges these places, or places inside them, does it again.
with added as (
    insert into rules.due_place (place_profile_id, moved)
    select j.place_profile_id, true
    from rules.place_profile j
    join binding.location l using (location_id)
    where exists (select from binding.location around
                  where around.location_id = any(%(location_ids)s) and around.path @> l.path)
    returning 1
)
select pg_notify('coldbind_due', '') where exists (select from added)
