select lot.lot_id,
       array_agg(unit.unit_id order by unit.unit_id) as units,
       erp.instant(receipt.arrived_at) as arrived_at,
       erp.instant(receipt.decided_at) as decided_at
from erp.goods_receipt receipt
join erp.lot lot using (receipt_id)
join binding.stock_unit unit using (lot_id)
where receipt.receipt_id = %(receipt_id)s and unit.parent_id is null
group by lot.lot_id, receipt.arrived_at, receipt.decided_at
order by lot.lot_id
