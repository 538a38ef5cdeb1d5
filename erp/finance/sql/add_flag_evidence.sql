-- Digested as the evidence of an excursion is: see add_evidence.sql.
insert into erp.claim_flag
    (claim_line_id, flag_id, series_id, since, until, readings, lowest, highest, digest, deficiency)
select %(claim_line_id)s, %(flag_id)s, told.series_id, public.at_micros(%(since)s), public.at_micros(%(until)s),
       kept.readings, kept.lowest, kept.highest, kept.digest, %(deficiency)s
from unnest(%(series)s::integer[]) told (series_id)
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
      and reading.time between public.at_micros(%(since)s) and public.at_micros(%(until)s)
) kept
on conflict (claim_line_id, flag_id, series_id) do update
    set since = excluded.since, until = excluded.until, readings = excluded.readings,
        lowest = excluded.lowest, highest = excluded.highest, digest = excluded.digest,
        deficiency = excluded.deficiency
    where claim_flag.withdrawn_at is null
        and (claim_flag.since, claim_flag.until, claim_flag.digest, claim_flag.deficiency)
            is distinct from (excluded.since, excluded.until, excluded.digest, excluded.deficiency)
returning series_id, readings, encode(digest, 'hex') as digest
