update erp.purchase_order_line line
set closed_at = clock_timestamp(), closed_by = %(by)s, closed_why = %(why)s
where line.order_id = %(order_id)s and (%(line)s::integer is null or line.line = %(line)s) and erp.still_open(line.*) > 0
returning line.line, line.quantity - erp.received(line.*) as missing
