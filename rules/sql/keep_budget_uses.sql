insert into rules.budget_use_change (unit_id, rule_id, spent, low_at)
select unit_id, rule_id, spent::bigint[], public.at_micros(low_at)
from unnest(%(units)s::bigint[], %(rules)s::integer[], %(spent)s::text[], %(low_at)s::bigint[])
    as used (unit_id, rule_id, spent, low_at)
