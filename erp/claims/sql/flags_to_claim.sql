-- Flags of an accepted delivery that say what the supplier answers for, and that no claim tells of yet.
select flag.flag_id, flag.kind, flag.words, flag.order_line, flag.lot_id, line.unit_price,
       case flag.kind
           when 'announced_short' then (flag.numbers ->> 'announced')::numeric - (flag.numbers ->> 'came')::numeric
           when 'damaged' then least((flag.numbers ->> 'damaged')::numeric, lot.quantity - (
               select coalesce(sum(claimed.quantity), 0) from erp.claim_line claimed
               where claimed.lot_id = lot.lot_id and claimed.struck_at is null))
           else lot.quantity
       end as quantity
from erp.flag flag
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order_line line on line.order_id = receipt.order_id and line.line = flag.order_line
left join erp.lot lot on lot.lot_id = flag.lot_id
where flag.receipt_id = %(receipt_id)s
  and flag.withdrawn_at is null
  and flag.kind = any(%(kinds)s)
  and receipt.decision in ('accepted', 'accepted_with_reservation')
  and not exists (select from erp.claim_item item where item.flag_id = flag.flag_id)
  and not exists (select from erp.claim_defect defect where defect.flag_id = flag.flag_id)
order by flag.flag_id
