with added as (
    insert into rules.due_place (place_profile_id, moved)
    select place_profile_id, true from unnest(%(place_ids)s::bigint[]) as place (place_profile_id)
    returning 1
)
select pg_notify('coldbind_due', '') where exists (select from added)
