insert into rules.budget_use (unit_id, rule_id, spent, in_use, as_of, low_at)
select unit_id, rule_id, spent::bigint[], in_use, public.at_micros(as_of), public.at_micros(low_at)
from unnest(%(units)s::bigint[], %(rules)s::integer[], %(spent)s::text[], %(in_use)s::smallint[],
            %(as_of)s::bigint[], %(low_at)s::bigint[])
    as used (unit_id, rule_id, spent, in_use, as_of, low_at)
on conflict (unit_id, rule_id) do update
    set spent = excluded.spent, in_use = excluded.in_use, as_of = excluded.as_of, low_at = excluded.low_at
