select unit.unit_id,
       coalesce(cost.unit_price, line.unit_price) as unit_price,
       coalesce(cost.currency, orders.currency) as currency,
       lot.order_id,
       lot.order_line,
       case when receipt.decision in ('accepted', 'accepted_with_reservation')
            then erp.instant(receipt.decided_at) end as accepted_at
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
left join erp.unit_cost cost using (unit_id)
where unit.unit_id = any(%(unit_ids)s)
