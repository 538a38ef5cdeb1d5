select (select count(*) from binding.stock_unit)::integer as units,
       (select count(*) from rules.excursion where superseded_at is null)::integer as excursions,
       (select count(*) from erp.hold where released_at is null)::integer as holds,
       (select count(*) from erp.claim)::integer as claims,
       (select coalesce(sum(records), 0) from telemetry.parked)::integer as readings_parked
