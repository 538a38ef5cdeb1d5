select unit_id
from erp.unit_cost
where unit_id = any(%(unit_ids)s)
order by unit_id
for no key update
