with told as (
    select unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since, quantity, held
    from erp.stock_as_told
    where unit_id = any(%(unit_ids)s)
),
gone as (
    delete from erp.stock
    where unit_id = any(%(unit_ids)s) and not exists (select from told where told.unit_id = stock.unit_id)
)
insert into erp.stock
    (unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since, quantity, held)
select unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since, quantity, held
from told
on conflict (unit_id) do update
set location_id = excluded.location_id, handling_unit_id = excluded.handling_unit_id, since = excluded.since,
    quantity = excluded.quantity, held = excluded.held
