select entry.entry_id,
       entry.kind,
       entry.occurred_at,
       entry.booked_on,
       entry.recorded_at,
       entry.recorded_by,
       entry.currency,
       entry.document,
       entry.words,
       unit.code as unit,
       lot.code as lot,
       claim.code as claim,
       line.line,
       line.account,
       account.name,
       line.amount
from erp.journal_entry entry
join erp.journal_line line using (entry_id)
join erp.ledger_account account using (account)
left join binding.stock_unit unit using (unit_id)
left join erp.lot lot on lot.lot_id = unit.lot_id
left join erp.claim claim on claim.claim_id = entry.claim_id
where entry.booked_on between %(since)s and %(until)s
  and (%(lot)s::text is null or lot.code = %(lot)s)
  and (%(unit)s::text is null or unit.code = %(unit)s)
  and (%(claim)s::text is null or claim.code = %(claim)s)
  and (%(document)s::text is null or entry.document = %(document)s)
order by entry.entry_id, line.line
