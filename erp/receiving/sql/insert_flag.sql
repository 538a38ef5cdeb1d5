insert into erp.flag (receipt_id, order_line, lot_id, unit_id, kind, words, numbers)
select receipt_id, %(order_line)s, %(lot_id)s, %(unit_id)s, %(kind)s, %(words)s, %(numbers)s::jsonb
from erp.goods_receipt
where code = %(receipt)s
returning flag_id
