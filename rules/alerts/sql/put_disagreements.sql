insert into rules.disagreement (series_id, since, difference)
select series_id, public.at_micros(%(now)s), difference
from unnest(%(series)s::integer[], %(differences)s::double precision[]) as told (series_id, difference)
on conflict (series_id) do update set difference = excluded.difference
