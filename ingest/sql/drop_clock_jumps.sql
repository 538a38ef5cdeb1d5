delete from telemetry.clock_jump where seen_at < %(before)s
