select reason.excursion_id
from erp.hold hold
join erp.hold_excursion reason using (hold_id)
where hold.unit_id = any(%(units)s) and reason.withdrawn_at is null
order by reason.excursion_id
