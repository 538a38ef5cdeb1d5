select public.micros(at) as at, state, level::integer as level, severity, by, words
from rules.alert_step
where alert_id = %(alert_id)s
order by step_id
