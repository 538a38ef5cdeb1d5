select attachment.name, attachment.media_type, attachment.content, attachment.words
from erp.claim_attachment attachment
join erp.claim claim using (claim_id)
where claim.code = %(code)s
order by attachment.name
