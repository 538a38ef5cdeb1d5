select unit_id, rule_id, spent, in_use,
       case when as_of is not null then public.micros(as_of) end as as_of,
       case when low_at is not null then public.micros(low_at) end as low_at
from rules.budget_use
where unit_id = any(%(unit_ids)s)
