select a.alert_id, a.cause, a.severity, a.state, a.level::integer as level,
       public.micros(a.raised_at) as raised_at,
       case when a.escalated_at is not null then public.micros(a.escalated_at) end as escalated_at,
       a.acknowledged_by, a.acknowledged_why, a.resolved_by, a.resolved_why
from rules.alert a
where a.alert_id = %(alert_id)s
for update
