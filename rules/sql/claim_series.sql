with claimed as materialized (
    select s.series_id
    from telemetry.series s
    where exists (select from rules.due d where d.series_id = s.series_id)
    limit %(limit)s
    for no key update skip locked
)
delete from rules.due d
using claimed
where d.series_id = claimed.series_id
returning d.series_id, public.micros(d.since) as since, public.micros(d.until) as until,
    case when d.published_at is not null then public.micros(d.published_at) end as published_at,
    d.lowest, d.highest, d.longest_step
