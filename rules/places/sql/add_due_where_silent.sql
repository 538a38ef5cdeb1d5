-- Places at which one of these series hangs, and those whose own time to be judged again has come.
with waking as (
    update rules.place_verdict set wake_at = null where wake_at <= %(now)s returning place_profile_id
)
insert into rules.due_place (place_profile_id, moved)
select place_profile_id, false from waking
union
select j.place_profile_id, false
from rules.place_profile j
join binding.placement p using (location_id)
join telemetry.series se using (sensor_id)
where se.series_id = any(%(series)s)
