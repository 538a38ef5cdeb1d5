-- Units, with what was split off them later, that any travelling logger went with during the time asked.
select distinct l.unit_id as id
from binding.logger_travel t
join binding.lineage l on l.ancestor_id = t.unit_id and lower(t.during) < l.until
where t.during && public.span(%(since)s, %(until)s)
    and not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)
