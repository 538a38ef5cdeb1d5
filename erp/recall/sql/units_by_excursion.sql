-- The unit, and what was still part of it when the excursion began.
select line.unit_id
from rules.excursion excursion
join binding.lineage line on line.ancestor_id = excursion.unit_id and line.until > excursion.started_at
where excursion.excursion_id = %(subject)s::bigint
