delete from telemetry.parked where resolved_at < %(before)s
