select order_id as id from erp.purchase_order where code = %(code)s
