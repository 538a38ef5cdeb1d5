insert into erp.claim_attachment (claim_id, name, media_type, content, words, recorded_by)
values (%(claim_id)s, %(name)s, %(media_type)s, %(content)s, %(words)s, %(by)s)
returning encode(digest, 'hex') as digest
