select encode(digest, 'hex') as digest
from erp.claim_attachment
where claim_id = %(claim_id)s and name = %(name)s
