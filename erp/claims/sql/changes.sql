select claim_change_id, found_at, words, seen_at, seen_by, seen_why
from erp.claim_change
where claim_id = %(claim_id)s
order by claim_change_id
