delete from telemetry.sealed_day
