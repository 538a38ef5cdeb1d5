select unit.unit_id,
       unit.code as unit,
       lot.lot_id,
       unit.quantity,
       line.unit_price,
       orders.currency,
       orders.order_id,
       receipt.receipt_id,
       receipt.code as receipt,
       erp.instant(receipt.arrived_at) as arrived_at,
       receipt.decision,
       erp.instant(receipt.decided_at) as decided_at,
       supplier.supplier_id,
       supplier.claim_deadline_days,
       rule.name as rule,
       rule.side,
       rule.limit_value as "limit",
       (extract(epoch from rule.tolerance) * 1000000)::bigint as tolerance,
       excursion.peak,
       erp.instant(excursion.peak_at) as peak_at
from rules.excursion excursion
join rules.rule rule using (rule_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.supplier supplier using (supplier_id)
where excursion.excursion_id = %(excursion_id)s
