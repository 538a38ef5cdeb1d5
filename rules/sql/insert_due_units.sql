with added as (
    insert into rules.due_unit (unit_id, moved)
    select unit_id, %(moved)s from unnest(%(unit_ids)s::bigint[]) as unit (unit_id)
    returning unit_id
)
select pg_notify('coldbind_due', '') where exists (select from added)
