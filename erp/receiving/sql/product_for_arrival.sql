select product_id, unit_of_measure from erp.product where code = %(code)s
