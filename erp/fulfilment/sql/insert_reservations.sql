insert into erp.reservation (sales_order_id, line, unit_id, quantity, reserved_by)
select sales_order_id, line, unit_id, quantity, %(by)s
from unnest(%(orders)s::bigint[], %(lines)s::integer[], %(units)s::bigint[], %(quantities)s::numeric[])
    told (sales_order_id, line, unit_id, quantity)
on conflict (sales_order_id, line, unit_id) where state = 'reserved' do update
set quantity = reservation.quantity + excluded.quantity
