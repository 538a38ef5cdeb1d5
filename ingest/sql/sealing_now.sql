select (select count(*) from telemetry.sealed_day) as sealed, (select count(*) from telemetry.unsealed_day) as waiting
