-- The digest is over 16 bytes a reading, in order of time: microseconds since the epoch as a big-endian
-- int64, then the value as a big-endian float64. Anybody with the readings can compute it again.
insert into erp.claim_evidence
    (claim_line_id, excursion_id, series_id, since, until, readings, lowest, highest, digest, deficiency)
select %(claim_line_id)s,
       excursion.excursion_id,
       told.series_id,
       excursion.started_at,
       excursion.observed_until,
       kept.readings,
       kept.lowest,
       kept.highest,
       kept.digest,
       %(deficiency)s
from rules.excursion excursion
cross join lateral (select distinct unnest(excursion.series) as series_id) told
cross join lateral (
    select count(*)::integer as readings,
           min(reading.value) as lowest,
           max(reading.value) as highest,
           sha256(coalesce(
               string_agg(
                   int8send(erp.instant(reading.time)) || float8send(reading.value),
                   ''::bytea order by reading.time
               ),
               ''::bytea
           )) as digest
    from telemetry.reading reading
    where reading.series_id = told.series_id
      and reading.time between excursion.started_at and excursion.observed_until
) kept
where excursion.excursion_id = %(excursion_id)s
on conflict (claim_line_id, excursion_id, series_id) do update
    set since = excluded.since, until = excluded.until, readings = excluded.readings,
        lowest = excluded.lowest, highest = excluded.highest, digest = excluded.digest,
        deficiency = excluded.deficiency
    where claim_evidence.withdrawn_at is null
        and (claim_evidence.since, claim_evidence.until, claim_evidence.digest)
            is distinct from (excluded.since, excluded.until, excluded.digest)
returning series_id, readings, encode(digest, 'hex') as digest
