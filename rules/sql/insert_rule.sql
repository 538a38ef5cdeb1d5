insert into rules.rule
    (profile_id, name, kind, side, limit_value, tolerance, window_size, severity, stretch, hysteresis,
     ignore_first, scope, thaw_value, times, least_monitored, dh_r)
values
    (%(profile_id)s, %(name)s, %(kind)s, %(side)s, %(limit_value)s, %(tolerance)s, %(window_size)s, %(severity)s,
     %(stretch)s, %(hysteresis)s, %(ignore_first)s, %(scope)s, %(thaw_value)s, %(times)s, %(least_monitored)s,
     %(dh_r)s)
returning rule_id as id
