select claim_id, currency from erp.claim where code = %(code)s
