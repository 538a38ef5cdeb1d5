-- The lines of orders: what was ordered, promised, picked and dispatched.
select line.sales_order_id, line.line, line.product_id, product.code as product, product.unit_of_measure, line.quantity,
       coalesce(promised.quantity, 0) as reserved, coalesce(taken.picked, 0) as picked,
       coalesce(taken.dispatched, 0) as dispatched
from erp.sales_order_line line
join erp.product product using (product_id)
left join lateral (
    select sum(reservation.quantity) as quantity
    from erp.reservation
    where reservation.sales_order_id = line.sales_order_id and reservation.line = line.line
        and reservation.state = 'reserved'
) promised on true
left join lateral (
    select sum(pick.quantity) filter (where pick.state = 'picked') as picked,
           sum(pick.quantity) filter (where pick.state = 'dispatched') as dispatched
    from erp.pick
    where pick.sales_order_id = line.sales_order_id and pick.line = line.line
) taken on true
where line.sales_order_id = any(%(order_ids)s)
order by line.sales_order_id, line.line
