-- Orders of a shipment of which everything has left.
update erp.sales_order orders
set state = 'closed', ended_at = now(), ended_by = %(by)s, ended_why = 'all dispatched'
where orders.state = 'open'
    and orders.sales_order_id in (select sales_order_id from erp.dispatch_line where shipment_id = %(shipment_id)s)
    and not exists (
        select from erp.sales_order_line line
        where line.sales_order_id = orders.sales_order_id
            and line.quantity > (
                select coalesce(sum(sent.quantity), 0)
                from erp.dispatch_line sent
                where sent.sales_order_id = line.sales_order_id and sent.line = line.line
            )
    )
returning orders.code
