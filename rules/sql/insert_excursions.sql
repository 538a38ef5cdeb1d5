-- The ids are taken in the order of the rows, so they come back in it.
insert into rules.excursion
    (unit_id, rule_id, started_at, breached_at, ended_at, observed_until, beyond, peak, peak_at, series, measured)
select unit_id, rule_id, started_at, breached_at, ended_at, observed_until, beyond::tstzmultirange, peak, peak_at,
       series::integer[], measured
from unnest(%(judged)s::bigint[], %(rules)s::integer[], %(started)s::timestamptz[], %(breached)s::timestamptz[],
            %(ended)s::timestamptz[], %(observed)s::timestamptz[], %(beyond)s::text[], %(peaks)s::double precision[],
            %(peaks_at)s::timestamptz[], %(series)s::text[], %(measured)s::double precision[])
    with ordinality
    as found (unit_id, rule_id, started_at, breached_at, ended_at, observed_until, beyond, peak, peak_at, series,
              measured, number)
order by number
returning excursion_id as id
