insert into rules.rule (profile_id, name, kind, side, limit_value, tolerance, window_size, severity)
values (%(profile_id)s, %(name)s, %(kind)s, %(side)s, %(limit_value)s, %(tolerance)s, %(window_size)s, %(severity)s)
returning rule_id as id
