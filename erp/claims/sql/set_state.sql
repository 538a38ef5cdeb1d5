update erp.claim set state = %(state)s, accepted = %(accepted)s where claim_id = %(claim_id)s
