insert into erp.hold (unit_id, cause, why)
select %(child_id)s, hold.cause,
       'split off ' || unit.code || case when hold.why = '' then '' else ': ' || hold.why end
from erp.hold
join binding.stock_unit unit using (unit_id)
where hold.unit_id = %(parent_id)s and hold.released_at is null
on conflict (unit_id, cause) where released_at is null do nothing
returning hold_id, cause
