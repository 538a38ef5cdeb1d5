select cost.unit_id,
       cost.unit_price,
       cost.currency,
       lot.order_id,
       lot.order_line,
       case when receipt.decision in ('accepted', 'accepted_with_reservation')
            then erp.instant(receipt.decided_at) end as accepted_at
from erp.unit_cost cost
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
where cost.unit_id = any(%(unit_ids)s)
