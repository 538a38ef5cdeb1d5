-- Takes the due work of up to :limit series off the list, whichever nobody else has in hand. It goes from
-- one waiting series to the next by the index, and deletes by place: how many dead rows the list has, which
-- depends on when it was vacuumed last, changes neither the plan nor its cost.
with recursive waiting (series_id) as (
    (select series_id from rules.due order by series_id limit 1)
    union all
    select (select d.series_id from rules.due d where d.series_id > w.series_id order by d.series_id limit 1)
    from waiting w
    where w.series_id is not null
),
claimed as materialized (
    select s.series_id
    from waiting w
    join telemetry.series s using (series_id)
    limit %(limit)s
    for no key update of s skip locked
)
delete from rules.due d
where d.ctid = any (array(
    select found.ctid
    from claimed
    cross join lateral (
        select ctid from rules.due where series_id = claimed.series_id offset 0
    ) as found
))
returning d.series_id, public.micros(d.since) as since, public.micros(d.until) as until,
    case when d.published_at is not null then public.micros(d.published_at) end as published_at,
    d.lowest, d.highest, d.longest_step
