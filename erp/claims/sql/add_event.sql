insert into erp.claim_event (claim_id, before, after, amount, occurred_at, recorded_by, why, document)
values (%(claim_id)s, %(before)s, %(after)s, %(amount)s, %(at)s, %(by)s, %(why)s, %(document)s)
