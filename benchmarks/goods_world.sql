-- The world of benchmarks/goods_world.py, step by step; every step ends with a semicolon at the end of a line.

set session_replication_role = replica;

select setseed(0.42);

insert into erp.customer (code, name, min_remaining_days, contact)
select 'C' || n, 'Customer ' || n, 30, 'qa@c' || n || '.example'
from generate_series(1, %(customers)s) n;

insert into erp.product (code, name, unit_of_measure, profile_id)
select 'B' || n, 'Product ' || n, 'box', (select profile_id from erp.product where code = 'P')
from generate_series(1, %(products)s) n;

insert into erp.goods_receipt
    (code, order_id, dock, arrived_at, decision, decided_at, decided_by)
select 'GR-' || n, orders.order_id, 'site.dock', at, 'accepted', at, 'bench'
from erp.purchase_order orders,
     lateral (select n, %(since)s::timestamptz + n * (interval '80 days' / %(lots)s) as at
              from generate_series(1, %(lots)s) n) told
where orders.code = 'PO-BENCH';

insert into erp.lot
    (code, product_id, receipt_id, order_id, order_line, supplier_lot, quantity, expires_on)
select case when n = 1 then 'LOT-MANY' else 'LOT-' || n end,
       (select min(product_id) from erp.product where code like 'B%%') + n %% %(products)s,
       receipt.receipt_id, receipt.order_id, 1, 'S-' || n / 3, %(lot_of)s,
       (%(until)s::timestamptz + interval '60 days')::date + (n * 7919 %% 700)
from generate_series(1, %(lots)s) n
join erp.goods_receipt receipt on receipt.code = 'GR-' || n;

insert into binding.stock_unit (code, lot_id, quantity, unit_of_measure)
select lot.code || '/' || n, lot.lot_id, 10, 'box'
from erp.lot lot,
     generate_series(1, case when lot.code = 'LOT-MANY' then %(many)s else %(lot_of)s end) n
where lot.code like 'LOT-%%' and lot.code <> 'LOT-BENCH';

insert into binding.lineage (unit_id, ancestor_id) select unit_id, unit_id from binding.stock_unit on conflict do nothing;

create temporary table life on commit preserve rows as
select unit.unit_id, unit.lot_id, lot.product_id, receipt.arrived_at,
       row_number() over (order by unit.unit_id) as number,
       unit.unit_id %% %(places)s as place,
       -- Lots of the last days are in stock, all before have left.
       lot.code = 'LOT-MANY' or receipt.arrived_at < %(leaves)s as left_us,
       receipt.arrived_at + interval '2 days' + (unit.unit_id %% 1440) * interval '1 minute' as left_at
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
where lot.code like 'LOT-%%' and lot.code <> 'LOT-BENCH';

create index on life (unit_id);

analyze life;

insert into binding.movement (unit_id, kind, location_id, occurred_at, recorded_by)
select unit_id, 'receive', (select location_id from binding.location where path = 'site.dock'),
       arrived_at, 'bench'
from life;

insert into binding.quantity_change (unit_id, movement_id, occurred_at, delta, reason)
select movement.unit_id, movement_id, occurred_at, 10, 'received'
from binding.movement join life using (unit_id);

insert into binding.stay (unit_id, location_id, during)
select unit_id, location.location_id,
       tstzrange(arrived_at, case when left_us then left_at end)
from life
join binding.location location on location.path = text2ltree('site.room' || place);

insert into erp.unit_cost (unit_id, lot_id, unit_price, currency) select unit_id, lot_id, 12.5, 'EUR' from life;

insert into erp.journal_entry (kind, occurred_at, booked_on, recorded_by, currency, unit_id)
select told.kind, told.at, (told.at at time zone 'UTC')::date, 'bench', 'EUR', unit_id
from life
cross join lateral (values ('receipt', arrived_at), ('dispatch', left_at)) told (kind, at)
where left_us or told.kind = 'receipt';

insert into erp.journal_line (entry_id, line, account, amount)
select entry_id, side.line, side.account, side.amount
from erp.journal_entry
cross join lateral (values
    (1, case kind when 'receipt' then '1200' else '5000' end, 125),
    (2, case kind when 'receipt' then '2100' else '1200' end, -125)) side (line, account, amount)
where unit_id in (select unit_id from life);

insert into erp.sales_order
    (code, customer_id, ordered_on, deliver_on, minimum_life_days, state, recorded_by, ended_at, ended_by)
select 'SO-' || n, 1 + n %% %(customers)s, '2026-01-01', '2026-01-02', 30, 'closed', 'bench', now(), 'bench'
from (select distinct number / 4 as n from life where left_us) told;

insert into erp.sales_order
    (code, customer_id, ordered_on, deliver_on, minimum_life_days, state, recorded_by, ended_at, ended_by)
select 'SO-MANY-' || n, 1 + n %% %(customers)s, '2026-01-01', '2026-01-02', 30, 'closed', 'bench', now(),
       'bench'
from generate_series(1, %(many)s) n;

insert into erp.sales_order_line (sales_order_id, line, product_id, quantity)
select sales_order_id, 1, (select min(product_id) from erp.product where code like 'B%%'), 40
from erp.sales_order;

insert into erp.shipment (code, customer_id, state, opened_by, dispatched_at, dispatched_by)
select 'SH-' || orders.code, orders.customer_id, 'dispatched', 'bench', now() - interval '1 day', 'bench'
from erp.sales_order orders;

insert into erp.pick
    (sales_order_id, line, unit_id, taken_from, quantity, state, picked_at, picked_by, ended_at, shipment_id)
select orders.sales_order_id, 1, life.unit_id, life.unit_id, 10, 'dispatched', life.left_at, 'bench', now(),
       shipment.shipment_id
from (select *, row_number() over (partition by lot_id order by unit_id) as in_lot from life) life
join erp.lot lot using (lot_id)
join erp.sales_order orders on orders.code = case when lot.code = 'LOT-MANY' then 'SO-MANY-' || life.in_lot
                                                  else 'SO-' || life.number / 4 end
join erp.shipment shipment on shipment.code = 'SH-' || orders.code
where life.left_us;

insert into erp.rotation (pick_id, in_order, lot_id, expires_on, received_at, first_unit_id, first_lot_id,
                          first_expires_on, first_received_at)
select pick_id, true, life.lot_id, lot.expires_on, life.arrived_at, life.unit_id, life.lot_id, lot.expires_on,
       life.arrived_at
from erp.pick join life using (unit_id) join erp.lot lot using (lot_id);

insert into erp.dispatch_line
    (shipment_id, pick_id, unit_id, lot_id, product_id, sales_order_id, line, quantity)
select shipment_id, pick_id, unit_id, lot_id, product_id, sales_order_id, 1, 10
from erp.pick join life using (unit_id);

insert into erp.stock (unit_id, lot_id, product_id, expires_on, received_at, location_id, since, quantity, held)
select life.unit_id, life.lot_id, life.product_id, lot.expires_on, life.arrived_at, stay.location_id,
       life.arrived_at, 10, false
from life
join erp.lot lot using (lot_id)
join binding.stay stay using (unit_id)
where not life.left_us;

insert into telemetry.reading (series_id, time, value)
select series_id, at, 5 + 1.5 * sin((n %% 4000) / 640.0) + (n::bigint * 7919 %% 13) / 40.0
from generate_series(1, %(minutes)s) n
cross join lateral (
    select %(since)s::timestamptz + n * (interval '90 days' / %(minutes)s) as at offset 0) told
cross join lateral (select series_id, n as again from telemetry.series offset 0) series;

set session_replication_role = origin;
