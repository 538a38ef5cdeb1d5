-- The share lock orders this against a decision on the same receipt: one of the two sees the other.
select unit.unit_id,
       unit.code as unit,
       orders.incoterm,
       orders.named_place,
       coalesce(carriage.carrier, '') as carrier,
       carriage.handed_over_at,
       receipt.decision,
       erp.instant(receipt.decided_at) as decided_at,
       erp.with_us_since(unit.unit_id) as since,
       erp.with_us_until(unit.unit_id) as until,
       erp.sent_back(unit.unit_id) as sent_back
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
left join lateral (
    select told.carrier, erp.instant(told.handed_over_at) as handed_over_at
    from erp.carriage told
    where told.receipt_id = receipt.receipt_id
    order by told.carriage_id desc
    limit 1
) carriage on true
where unit.unit_id = any(%(units)s)
order by unit.unit_id
for share of receipt
