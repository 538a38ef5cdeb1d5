select s.digest, a.login
from rules.profile p
join erp.signature s on s.signature_id = p.review_id
join erp.account a using (account_id)
where p.profile_id = %(profile_id)s
