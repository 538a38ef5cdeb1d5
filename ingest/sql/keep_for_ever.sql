delete from telemetry.retention where kind = %(kind)s
