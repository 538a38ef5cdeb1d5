select order_line, quantity, unit_price, amount
from erp.supplier_invoice_line
where invoice_id = %(invoice_id)s
order by line
