-- The stays of the units and, up to the split, of what they were split from.
select l.unit_id, s.location_id, place.path::text as path, s.handling_unit_id,
       public.micros(lower(s.during)) as start,
       public.micros(nullif(least(upper(s.during), l.until), 'infinity')) as "end"
from binding.lineage l
join binding.stay s on s.unit_id = l.ancestor_id and lower(s.during) < l.until
left join binding.location place using (location_id)
where l.unit_id = any(%(unit_ids)s)
