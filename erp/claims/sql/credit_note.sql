-- The one that stands under this number, or the newest that was taken back.
select note.code, claim.code as claim, note.credited_on, note.amount, note.match, note.cancelled_by,
       note.cancelled_why
from erp.credit_note note
join erp.claim claim using (claim_id)
where note.supplier_id = %(supplier_id)s and note.code = %(code)s
order by note.cancelled_at is not null, note.credit_note_id desc
limit 1
