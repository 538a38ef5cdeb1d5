select excursion_id, withdrawn_why
from erp.hold_excursion
where hold_id = %(hold_id)s
order by excursion_id
