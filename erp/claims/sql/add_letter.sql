insert into erp.claim_letter (claim_id, direction, occurred_at, recorded_by, correspondent, body, document)
values (%(claim_id)s, %(direction)s, %(at)s, %(by)s, %(correspondent)s, %(body)s, %(document)s)
