select unit.unit_id,
       unit.code as unit,
       lot.lot_id,
       claimable.quantity,
       claimable.claimed_before,
       line.unit_price,
       orders.currency,
       orders.order_id,
       orders.incoterm,
       receipt.receipt_id,
       receipt.code as receipt,
       erp.instant(receipt.arrived_at) as arrived_at,
       erp.instant(receipt.decided_at) as decided_at,
       coalesce((
           select carriage.carrier from erp.carriage
           where carriage.receipt_id = receipt.receipt_id
           order by carriage.carriage_id desc
           limit 1
       ), '') as carrier,
       supplier.supplier_id,
       supplier.claim_deadline_days
from binding.stock_unit unit
cross join lateral erp.claimable(unit.unit_id, public.at_micros(%(at)s)) claimable
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.supplier supplier using (supplier_id)
where unit.unit_id = %(unit_id)s
