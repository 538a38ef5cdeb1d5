-- A pick of a unit that holds less than was picked, or that is gone, is none any more.
update erp.pick
set state = 'put_back', ended_at = now(), why = 'the unit does not hold any more what was picked'
from erp.stock stock
left join erp.stock_as_told told using (unit_id)
where pick.unit_id = stock.unit_id and pick.state = 'picked' and stock.unit_id = any(%(unit_ids)s)
    and pick.quantity > coalesce(told.quantity, 0)
