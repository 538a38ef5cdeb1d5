update telemetry.sealing set listed_until = null
