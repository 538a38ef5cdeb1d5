select note.code, claim.code as claim, note.credited_on, note.amount, note.match
from erp.credit_note note
join erp.claim claim using (claim_id)
where note.supplier_id = %(supplier_id)s and note.code = %(code)s
