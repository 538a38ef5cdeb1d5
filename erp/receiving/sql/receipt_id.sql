select receipt_id as id from erp.goods_receipt where code = %(code)s
