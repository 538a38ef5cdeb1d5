select kind, days from telemetry.retention order by kind
