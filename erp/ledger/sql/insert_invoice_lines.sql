insert into erp.supplier_invoice_line (invoice_id, line, order_id, order_line, quantity, unit_price, amount)
select %(invoice_id)s, number, %(order_id)s, order_line, quantity, unit_price, amount
from unnest(%(order_lines)s::integer[], %(quantities)s::numeric[], %(prices)s::numeric[], %(amounts)s::numeric[])
     with ordinality as line (order_line, quantity, unit_price, amount, number)
