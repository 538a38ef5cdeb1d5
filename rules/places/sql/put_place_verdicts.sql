insert into rules.place_verdict as v (place_profile_id, judged_until, look_from, wake_at)
select place_profile_id, judged_until, look_from, wake_at
from unnest(%(places)s::bigint[], %(until)s::timestamptz[], %(look_from)s::timestamptz[], %(wake_at)s::timestamptz[])
    as told (place_profile_id, judged_until, look_from, wake_at)
on conflict (place_profile_id) do update
    set judged_until = excluded.judged_until, look_from = excluded.look_from, wake_at = excluded.wake_at,
        judged_at = clock_timestamp()
