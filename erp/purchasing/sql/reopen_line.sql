update erp.purchase_order_line
set closed_at = null, closed_by = null, closed_why = null
where order_id = %(order_id)s and line = %(line)s and closed_at is not null
