delete from rules.due_unit
where due_id in (
    select due_id
    from rules.due_unit
    where unit_id = any(%(unit_ids)s)
    for update skip locked
)
returning unit_id, moved
