insert into erp.signature (account_id, full_name, meaning, reason, subject, content, digest)
values (%(account_id)s, %(full_name)s, %(meaning)s, %(reason)s, %(subject)s, %(content)s, %(digest)s)
returning signature_id, erp.instant(signed_at) as signed_at
