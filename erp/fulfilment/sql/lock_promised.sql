select stock.unit_id
from erp.stock stock
where stock.unit_id in (
    select reservation.unit_id
    from erp.reservation
    where reservation.sales_order_id = %(order_id)s and reservation.state = 'reserved'
)
order by stock.unit_id
for no key update of stock
