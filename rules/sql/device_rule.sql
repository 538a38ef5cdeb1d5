insert into rules.rule (name, kind, side, limit_value, tolerance, severity)
values (%(name)s, 'device_alarm', %(side)s, %(limit_value)s, %(tolerance)s, %(severity)s)
on conflict (name) where profile_id is null do update set severity = excluded.severity
returning rule_id as id
