select product_id from erp.product where code = %(code)s
