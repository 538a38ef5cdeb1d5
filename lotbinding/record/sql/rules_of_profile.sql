select name, kind, side, limit_value as "limit",
       (extract(epoch from tolerance) * 1000000)::bigint as tolerance,
       (extract(epoch from window_size) * 1000000)::bigint as "window",
       array(select start_value from rules.budget_range w where w.rule_id = r.rule_id order by number) as starts,
       array(select end_value from rules.budget_range w where w.rule_id = r.rule_id order by number) as ends,
       array(select (extract(epoch from allowed) * 1000000)::bigint
             from rules.budget_range w where w.rule_id = r.rule_id order by number) as allowed
from rules.rule r
where profile_id = %(profile_id)s and kind not in ('rate', 'silence') and scope = 'unit'
order by rule_id
