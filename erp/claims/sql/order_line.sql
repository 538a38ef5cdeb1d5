-- The line of the order that a claim is about, and a lot that came under it if one is named.
select line.line, line.unit_price, lot.lot_id, lot.quantity as lot_quantity
from erp.claim claim
join erp.purchase_order_line line using (order_id)
left join erp.lot lot on lot.receipt_id = claim.receipt_id and lot.order_line = line.line and lot.code = %(lot)s::text
where claim.claim_id = %(claim_id)s and line.line = %(line)s
