-- Alerts that nobody acknowledged, with how long such may wait; those that somebody has in hand are left out.
select a.alert_id, a.cause, a.severity, a.state, a.level::integer as level,
       public.micros(a.raised_at) as raised_at,
       case when a.escalated_at is not null then public.micros(a.escalated_at) end as escalated_at,
       a.acknowledged_by, a.acknowledged_why, a.resolved_by, a.resolved_why, a.words,
       (extract(epoch from e.after) * 1000000)::bigint as after
from rules.alert a
join rules.escalation e using (severity)
where a.state in ('raised', 'escalated')
order by a.alert_id
for update of a skip locked
