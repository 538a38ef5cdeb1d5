select invoice.invoice_id, invoice.code, supplier.code as supplier, orders.code as "order", invoice.invoiced_on,
       invoice.currency, invoice.total, invoice.charges, invoice.state, invoice.approved_by, invoice.approved_why,
       invoice.cancelled_by, invoice.cancelled_why, invoice.recorded_by
from erp.supplier_invoice invoice
join erp.supplier supplier using (supplier_id)
join erp.purchase_order orders using (order_id)
where (%(state)s::text is null or invoice.state = %(state)s)
    and (%(order_ids)s::bigint[] is null or invoice.order_id = any(%(order_ids)s))
order by invoice.invoiced_on desc, invoice.invoice_id desc
