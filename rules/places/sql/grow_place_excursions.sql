update rules.place_excursion e
set started_at = grown.started_at,
    breached_at = grown.breached_at,
    ended_at = grown.ended_at,
    observed_until = grown.observed_until,
    beyond = grown.beyond::tstzmultirange,
    peak = grown.peak,
    peak_at = grown.peak_at,
    series = grown.series::integer[],
    measured = grown.measured
from unnest(%(excursions)s::bigint[], %(started)s::timestamptz[], %(breached)s::timestamptz[],
            %(ended)s::timestamptz[], %(observed)s::timestamptz[], %(beyond)s::text[],
            %(peaks)s::double precision[], %(peaks_at)s::timestamptz[], %(series)s::text[],
            %(measured)s::double precision[])
    as grown (place_excursion_id, started_at, breached_at, ended_at, observed_until, beyond, peak, peak_at, series,
              measured)
where e.place_excursion_id = grown.place_excursion_id
