select l.path::text as place, p.kind, (extract(epoch from p.longest) * 1000000)::bigint as longest, p.rise,
       (extract(epoch from p.every) * 1000000)::bigint as every, p.told_by, public.micros(p.told_at) as told_at
from rules.pattern p
join binding.location l using (location_id)
where %(place)s::text is null or l.path::text = %(place)s
order by l.path, p.kind
