with stepped as (
    insert into rules.alert_step (alert_id, state, level, severity, by, words)
    values (%(alert_id)s, %(state)s, %(level)s, %(severity)s, %(by)s, %(words)s)
)
update rules.alert
set state = %(state)s, level = %(level)s, escalated_at = %(escalated_at)s,
    acknowledged_at = case when %(acknowledged_by)s::text is not null
                           then coalesce(acknowledged_at, clock_timestamp()) end,
    acknowledged_by = %(acknowledged_by)s, acknowledged_why = %(acknowledged_why)s,
    resolved_at = case when %(resolved_by)s::text is not null then clock_timestamp() end,
    resolved_by = %(resolved_by)s, resolved_why = %(resolved_why)s
where alert_id = %(alert_id)s
