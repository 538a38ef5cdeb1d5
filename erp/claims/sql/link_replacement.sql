insert into erp.claim_replacement (order_id, claim_id, linked_by) values (%(order_id)s, %(claim_id)s, %(by)s)
