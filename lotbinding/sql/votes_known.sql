select l.location_id, l.path::text as path, coalesce(known.needed, 1) as needed
from binding.location l
left join lateral (
    select t.needed
    from binding.location_told t
    where t.location_id = l.location_id and t.recorded_at <= %(known_at)s
    order by t.recorded_at desc, t.told_id desc
    limit 1
) known on true
where l.location_id = any(%(location_ids)s)
