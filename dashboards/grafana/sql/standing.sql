-- One row of figures: what needs somebody now.
select
    (select count(distinct unit_id) from erp.hold where released_at is null) as "Units held",
    (select count(*) from rules.excursion where superseded_at is null and ended_at is null) as "Excursions going on",
    (
        select count(*)
        from binding.placement hung
        join telemetry.series series on series.sensor_id = hung.sensor_id and series.quantity = 'temperature'
        where hung.during @> now() and not exists (
            select from telemetry.reading reading
            where reading.series_id = series.series_id and reading.time > now() - series.max_gap
        )
    ) as "Sensors silent",
    (select coalesce(sum(records), 0) from telemetry.parked where resolved_at is null) as "Records parked"
