update erp.disposition
set state = 'withdrawn', withdrawal_id = %(signature_id)s
where disposition_id = %(disposition_id)s
