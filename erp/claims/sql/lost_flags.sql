-- What claims rest on that receiving withdrew since, or tells otherwise now.
select claim.claim_id, claim.code, item.claim_item_id, null::bigint as claim_line_id,
       format('item %%s: ', item.claim_item_id) || case when flag.withdrawn_at is null then 'now ' || flag.words
           else 'withdrawn, ' || flag.withdrawn_why end || ': claim nothing for it, or otherwise?' as words
from erp.flag flag
join erp.claim_item item using (flag_id)
join erp.claim claim using (claim_id)
where flag.receipt_id = %(receipt_id)s and item.struck_at is null
  and (flag.withdrawn_at is not null or flag.words <> item.deficiency)
union all
select claim.claim_id, claim.code, null, line.claim_line_id,
       format('unit %%s: withdrawn, %%s', unit.code, flag.withdrawn_why)
from erp.flag flag
join erp.claim_defect defect using (flag_id)
join erp.claim_line line using (claim_line_id)
join erp.claim claim using (claim_id)
join binding.stock_unit unit on unit.unit_id = line.unit_id
where flag.receipt_id = %(receipt_id)s and flag.withdrawn_at is not null and defect.withdrawn_at is null
order by code, words
