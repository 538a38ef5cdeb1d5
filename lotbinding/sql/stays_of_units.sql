select s.unit_id, s.location_id, l.path::text as path,
       public.micros(lower(s.during)) as start, public.micros(upper(s.during)) as "end"
from binding.stay s
join binding.location l using (location_id)
where s.unit_id = any(%(unit_ids)s)
