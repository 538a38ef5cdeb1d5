-- What a claim rests on, or a pack was made of, is never dropped, however old and whatever became of it.
delete from telemetry.reading reading
where reading.time < %(before)s
  and reading.time >= %(since)s
  and not exists (select from erp.kept_reading kept
                  where kept.series_id = reading.series_id and kept.time = reading.time)
