select rule_id, profile_id, name, kind, side, limit_value,
       (extract(epoch from tolerance) * 1000000)::bigint as tolerance,
       (extract(epoch from window_size) * 1000000)::bigint as window_size,
       severity,
       coalesce(extract(epoch from stretch) * 1000000, 0)::bigint as stretch,
       hysteresis,
       (extract(epoch from ignore_first) * 1000000)::bigint as ignore_first,
       scope, thaw_value, times, least_monitored, dh_r
from rules.rule
where profile_id = any(%(profile_ids)s)
order by rule_id
