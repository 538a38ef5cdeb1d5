insert into telemetry.retention (kind, days) values (%(kind)s, %(days)s)
on conflict (kind) do update set days = excluded.days
