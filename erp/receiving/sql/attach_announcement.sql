update erp.goods_receipt
set announcement_id = (select announcement_id from erp.announcement where code = %(announcement)s)
where receipt_id = %(receipt_id)s
