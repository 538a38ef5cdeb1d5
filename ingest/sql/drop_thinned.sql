delete from telemetry.thinned where recorded_at < %(before)s
