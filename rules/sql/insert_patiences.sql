insert into rules.patience (series_id, patience)
select series_id, patience
from unnest(%(series)s::integer[], %(patiences)s::interval[]) as waited (series_id, patience)
on conflict do nothing
