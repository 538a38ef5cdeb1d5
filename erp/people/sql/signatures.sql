select s.signature_id, a.login, s.full_name, s.signed_at, s.meaning, s.reason, s.subject, s.content,
       encode(s.digest, 'hex') as digest
from erp.signature s
join erp.account a using (account_id)
where (%(subject)s::text is null or s.subject = %(subject)s)
    and (%(login)s::text is null or a.login = %(login)s)
order by s.signature_id
