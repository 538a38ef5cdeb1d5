update erp.disposition
set state = 'effective', effective_at = %(at)s, second_id = %(second_id)s
where disposition_id = %(disposition_id)s
