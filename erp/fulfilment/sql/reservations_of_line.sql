-- The last in the order of use first.
select reservation.reservation_id, reservation.unit_id, reservation.quantity, stock.lot_id
from erp.reservation
join erp.stock stock using (unit_id)
where reservation.sales_order_id = %(order_id)s and reservation.line = %(line)s and reservation.state = 'reserved'
order by stock.expires_on desc nulls first, stock.received_at desc, reservation.unit_id desc
for no key update of reservation
