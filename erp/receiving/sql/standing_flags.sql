select flag_id, kind, order_line, lot_id, unit_id, words, raised_at
from erp.flag
where receipt_id = %(receipt_id)s and withdrawn_at is null
order by flag_id
