update erp.goods_receipt
set decision = %(decision)s,
    decided_at = %(decided_at)s,
    decided_by = %(decided_by)s,
    reservation = %(reservation)s
where receipt_id = %(receipt_id)s and decision is null
