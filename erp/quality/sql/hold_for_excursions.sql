insert into erp.hold (unit_id, cause, published_at)
select unit_id, 'excursion', public.at_micros(published_at)
from unnest(%(units)s::bigint[], %(published)s::bigint[]) as told (unit_id, published_at)
order by unit_id
on conflict (unit_id, cause) where released_at is null do nothing
returning unit_id, hold_id
