-- Open alerts about faults of which later readings say that they were none.
select a.alert_id as id, true as stands
from rules.alert a
where a.cause = 'sensor_fault' and a.state <> 'resolved'
    and not exists (
        select from rules.sensor_fault f
        join telemetry.series se using (series_id)
        join telemetry.sensor s using (sensor_id)
        where 'sensor ' || s.name || ' ' || f.kind = a.subject and f.ended_at >= a.happened_at
    )
