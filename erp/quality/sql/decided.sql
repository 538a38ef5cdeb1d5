select decision, erp.instant(decided_at) as decided_at from erp.goods_receipt where receipt_id = %(receipt_id)s
