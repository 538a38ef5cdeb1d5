insert into rules.verdict (unit_id, profile_id, state, judged_until, unmonitored)
select unit_id, profile_id, state, judged_until, unmonitored
from unnest(%(units)s::bigint[], %(profiles)s::integer[], %(states)s::text[], %(until)s::timestamptz[],
            %(unmonitored)s::interval[])
    as judged (unit_id, profile_id, state, judged_until, unmonitored)
on conflict (unit_id) do update
    set profile_id = excluded.profile_id, state = excluded.state, judged_until = excluded.judged_until,
        unmonitored = excluded.unmonitored, judged_at = clock_timestamp()
    where (verdict.profile_id, verdict.state, verdict.judged_until, verdict.unmonitored)
        is distinct from (excluded.profile_id, excluded.state, excluded.judged_until, excluded.unmonitored)
