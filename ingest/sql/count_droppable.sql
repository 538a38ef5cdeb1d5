select
    (select count(*) from telemetry.reading reading
     where %(kind)s = 'readings' and reading.time < %(before)s
       and not exists (select from erp.kept_reading kept
                       where kept.series_id = reading.series_id and kept.time = reading.time))
    + (select count(*) from telemetry.parked where %(kind)s = 'parked' and resolved_at < %(before)s)
    + (select count(*) from telemetry.clock_jump where %(kind)s = 'clock_jumps' and seen_at < %(before)s)
    + (select count(*) from telemetry.thinned where %(kind)s = 'thinned' and recorded_at < %(before)s) as number
