with claimed as materialized (
    select due_id
    from rules.due_unit
    order by due_id
    limit %(limit)s
    for update skip locked
)
delete from rules.due_unit d
using claimed
where d.due_id = claimed.due_id
returning d.unit_id, d.moved
