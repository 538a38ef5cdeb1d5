insert into erp.credit_note (code, supplier_id, claim_id, credited_on, amount, match, recorded_by)
values (%(code)s, %(supplier_id)s, %(claim_id)s, %(credited_on)s, %(amount)s, %(match)s, %(by)s)
