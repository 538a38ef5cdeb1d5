update rules.verdict
set wake_at = null
where wake_at <= %(now)s
returning unit_id
