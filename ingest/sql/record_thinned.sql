insert into telemetry.thinned
    (site, gateway, epoch, seq, first_seq, last_seq, readings_before, readings_left, first_at, last_at)
select site, gateway, epoch, seq, first_seq, last_seq, readings_before, readings_left,
       public.at_micros(first_at), public.at_micros(last_at)
from unnest(
    %(sites)s::text[], %(gateways)s::text[], %(epochs)s::bigint[], %(seqs)s::bigint[], %(firsts)s::bigint[],
    %(lasts)s::bigint[], %(before)s::bigint[], %(left)s::bigint[], %(first_ats)s::bigint[], %(last_ats)s::bigint[]
) as told (site, gateway, epoch, seq, first_seq, last_seq, readings_before, readings_left, first_at, last_at)
on conflict do nothing
