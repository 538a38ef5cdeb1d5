insert into rules.verdict (unit_id, profile_id, state, judged_until, unmonitored, look_from, wake_at)
select unit_id, profile_id, state, judged_until, unmonitored, look_from, wake_at
from unnest(%(units)s::bigint[], %(profiles)s::integer[], %(states)s::text[], %(until)s::timestamptz[],
            %(unmonitored)s::interval[], %(look_from)s::timestamptz[], %(wake_at)s::timestamptz[])
    as judged (unit_id, profile_id, state, judged_until, unmonitored, look_from, wake_at)
on conflict (unit_id) do update
    set profile_id = excluded.profile_id, state = excluded.state, judged_until = excluded.judged_until,
        unmonitored = excluded.unmonitored, look_from = excluded.look_from, wake_at = excluded.wake_at,
        judged_at = clock_timestamp()
    where (verdict.profile_id, verdict.state, verdict.judged_until, verdict.unmonitored, verdict.look_from,
           verdict.wake_at)
        is distinct from (excluded.profile_id, excluded.state, excluded.judged_until, excluded.unmonitored,
                          excluded.look_from, excluded.wake_at)
