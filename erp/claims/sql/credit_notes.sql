select note.code, claim.code as claim, note.credited_on, note.amount, note.match, note.cancelled_by,
       note.cancelled_why
from erp.credit_note note
join erp.claim claim using (claim_id)
where note.claim_id = %(claim_id)s
order by note.credited_on, note.credit_note_id
