select min(time) as time from telemetry.reading where time < %(before)s
