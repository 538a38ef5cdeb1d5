-- Of a delivery, or of these units.
select unit.unit_id,
       unit.code as unit,
       lot.lot_id,
       receipt.receipt_id,
       receipt.code as receipt,
       orders.code as "order",
       line.line,
       line.lowest::double precision as lowest,
       line.highest::double precision as highest,
       erp.instant(receipt.arrived_at) as arrived_at,
       receipt.decision,
       erp.instant(receipt.decided_at) as decided_at
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
where unit.unit_id = any(%(units)s::bigint[] || array(
          select delivered.unit_id
          from binding.stock_unit delivered
          join erp.lot of using (lot_id)
          where of.receipt_id = %(receipt_id)s))
  and unit.parent_id is null
  and num_nonnulls(line.lowest, line.highest) > 0
order by unit.unit_id
