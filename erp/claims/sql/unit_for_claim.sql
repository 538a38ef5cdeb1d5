select unit.unit_id, lot.lot_id, line.unit_price, coalesce(told.held, 0) as held, coalesce(told.began_with, 0) as began_with,
       array(select claim.code
             from binding.lineage family
             join erp.claim_line claimed on claimed.unit_id = family.ancestor_id and claimed.struck_at is null
             join erp.claim claim using (claim_id)
             where family.unit_id = unit.unit_id
               and not (claim.state = 'closed' and claim.accepted is null)) as claimed_under
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
cross join lateral (
    select sum(change.delta) as held,
           sum(change.delta) filter (where change.reason in ('received', 'split_from')) as began_with
    from binding.quantity_change change
    where change.unit_id = unit.unit_id
      and not exists (select from binding.cancellation where movement_id = change.movement_id)
) told
where unit.code = %(unit)s and lot.receipt_id = %(receipt_id)s
