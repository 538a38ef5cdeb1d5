select change.unit_id, erp.instant(change.occurred_at) as at, change.delta, change.reason
from binding.quantity_change change
where change.unit_id = any(%(unit_ids)s)
  and not exists (select from binding.cancellation where movement_id = change.movement_id)
order by change.occurred_at, change.change_id
