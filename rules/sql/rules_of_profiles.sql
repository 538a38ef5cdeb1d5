select rule_id, profile_id, name, kind, side, limit_value,
       (extract(epoch from tolerance) * 1000000)::bigint as tolerance,
       (extract(epoch from window_size) * 1000000)::bigint as window_size,
       severity
from rules.rule
where profile_id = any(%(profile_ids)s)
order by rule_id
