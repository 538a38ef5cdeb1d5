-- The share lock orders this against a decision on the same receipt: one of the two sees the other.
select unit.code as unit, receipt.code as receipt, receipt.decision,
       erp.instant(receipt.decided_at) as decided_at
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
where unit.unit_id = %(unit_id)s
for share of receipt
