select name, kind, side, limit_value as "limit",
       (extract(epoch from tolerance) * 1000000)::bigint as tolerance,
       (extract(epoch from window_size) * 1000000)::bigint as "window"
from rules.rule
where profile_id = %(profile_id)s and kind not in ('rate', 'silence') and scope = 'unit'
order by rule_id
