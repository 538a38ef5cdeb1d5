update erp.product set profile_id = %(profile_id)s where product_id = %(product_id)s
