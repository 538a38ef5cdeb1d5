select code, decision from erp.goods_receipt where receipt_id = %(receipt_id)s
