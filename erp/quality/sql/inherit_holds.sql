insert into erp.hold (unit_id, cause)
select %(child_id)s, cause
from erp.hold
where unit_id = %(parent_id)s and released_at is null
on conflict (unit_id, cause) where released_at is null do nothing
returning hold_id, cause
