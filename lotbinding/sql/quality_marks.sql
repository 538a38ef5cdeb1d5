-- What only other facts tell of the readings of each stretch, from the first to the last reading of it: 2 out of
-- range, 4 stuck, 8 alone, 64 calibration overdue. What was found after :known_at is left out (null: now).
with asked as (
    select number::integer as number, series_id, public.at_micros(since) as since,
           coalesce(public.at_micros(until), 'infinity') as until
    from unnest(%(series)s::integer[], %(since)s::bigint[], %(until)s::bigint[])
        with ordinality as told (series_id, since, until, number)
)
select asked.number, case f.kind when 'out_of_range' then 2 when 'stuck' then 4 else 8 end as bit,
       public.micros(f.started_at) as first, public.micros(f.ended_at) as last
from asked
join rules.sensor_fault f
    on f.series_id = asked.series_id and f.ended_at >= asked.since and f.started_at < asked.until
where f.kind <> 'unconfirmed'
    and (%(known_at)s::timestamptz is null or f.found_at <= %(known_at)s)
union all
select asked.number, 64, public.micros(c.overdue_from),
       case when c.again_at < 'infinity' then public.micros(c.again_at) - 1 else 9223372036854775807 end
from asked
join telemetry.series using (series_id)
cross join lateral (
    select (due_on + 1)::timestamp at time zone 'UTC' as overdue_from,
           lead(calibrated_on::timestamp at time zone 'UTC', 1, 'infinity')
               over (order by calibrated_on, recorded_at) as again_at
    from binding.calibration
    where calibration.sensor_id = series.sensor_id
        and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)
) c
where c.overdue_from < c.again_at and c.overdue_from < asked.until and c.again_at > asked.since
