select item.claim_item_id, item.kind, item.order_line, lot.code as lot, item.quantity, item.unit_price, item.amount,
       item.deficiency, item.recorded_by, item.struck_why
from erp.claim_item item
left join erp.lot lot using (lot_id)
where item.claim_id = %(claim_id)s
order by item.claim_item_id
