select product_id, code from erp.product where code = any(%(codes)s)
