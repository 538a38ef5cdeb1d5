-- Dispatch: what left us for which customer, in which condition, who took it, and what came back.

create table erp.shipment (
    shipment_id    bigint generated always as identity primary key,
    code           text not null unique check (code <> ''),
    customer_id    integer not null references erp.customer,
    vehicle        integer references binding.location,
    carrier        text not null default '',
    state          text not null default 'open' check (state in ('open', 'dispatched', 'delivered', 'cancelled')),
    opened_at      timestamptz not null default now(),
    opened_by      text not null,
    dispatched_at  timestamptz,
    dispatched_by  text,
    delivered_at   timestamptz,
    delivered_to   text,
    remark         text not null default '',
    told_by        text,
    constraint shipment_dispatched_by_somebody check (
        (dispatched_at is null) = (dispatched_by is null)
        and (state in ('dispatched', 'delivered')) = (dispatched_at is not null)),
    constraint shipment_delivered_to_somebody check (
        num_nonnulls(delivered_at, delivered_to, told_by) in (0, 3)
        and (state = 'delivered') = (delivered_at is not null)
        and delivered_at >= dispatched_at)
);
create index shipment_by_customer on erp.shipment (customer_id, dispatched_at);
create trigger shipment_keeps_to_states before update of state on erp.shipment
    for each row execute function erp.keep_to_states('shipment');
insert into erp.state_change (machine, before, after) values
    ('shipment', 'open', 'dispatched'), ('shipment', 'dispatched', 'delivered'), ('shipment', 'open', 'cancelled');
comment on column erp.shipment.told_by is 'Who recorded the proof of delivery.';

alter table erp.pick add column shipment_id bigint references erp.shipment;
create index pick_by_shipment on erp.pick (shipment_id) where shipment_id is not null;
comment on column erp.pick.shipment_id is 'The shipment it is loaded for.';

create table erp.dispatch_line (
    dispatch_line_id  bigint generated always as identity primary key,
    shipment_id       bigint not null references erp.shipment,
    pick_id           bigint not null unique references erp.pick,
    unit_id           bigint not null references binding.stock_unit,
    lot_id            bigint not null references erp.lot,
    product_id        integer not null references erp.product,
    sales_order_id    bigint not null,
    line              integer not null,
    quantity          numeric(18, 6) not null check (quantity > 0),
    handling_unit_id  bigint references binding.handling_unit,
    foreign key (sales_order_id, line) references erp.sales_order_line
);
create index dispatch_line_by_lot on erp.dispatch_line (lot_id) include (shipment_id, quantity);
create index dispatch_line_by_shipment on erp.dispatch_line (shipment_id);
create index dispatch_line_by_unit on erp.dispatch_line (unit_id);
create index dispatch_line_by_order on erp.dispatch_line (sales_order_id, line);
comment on table erp.dispatch_line is 'The lot manifest of a shipment, taken from the picks when it left; never changed.';

create table erp.delivery_condition (
    shipment_id    bigint not null references erp.shipment,
    unit_id        bigint not null references binding.stock_unit,
    since          timestamptz,
    until          timestamptz not null,
    readings       integer not null check (readings >= 0),
    lowest         double precision,
    highest        double precision,
    mean           double precision,
    mkt            double precision,
    beyond         jsonb not null,
    unmonitored    interval not null check (unmonitored >= interval '0'),
    verdict        text,
    recorded_at    timestamptz not null default now(),
    primary key (shipment_id, unit_id)
);
comment on table erp.delivery_condition is
    'What each unit had felt in our hands when it left us, as it was known then; never changed.';
comment on column erp.delivery_condition.beyond is 'How many seconds it was beyond each limit of its profile.';

create table erp.customer_return (
    return_id     bigint generated always as identity primary key,
    code          text not null,
    shipment_id   bigint not null references erp.shipment,
    unit_id       bigint not null references binding.stock_unit,
    shipped_unit  bigint not null references binding.stock_unit,
    lot_id        bigint not null references erp.lot,
    quantity      numeric(18, 6) not null check (quantity > 0),
    location_id   integer not null references binding.location,
    returned_at   timestamptz not null,
    recorded_at   timestamptz not null default now(),
    recorded_by   text not null,
    reason        text not null check (reason <> ''),
    unique (code, shipped_unit)
);
create index customer_return_by_lot on erp.customer_return (lot_id);
create index customer_return_by_shipment on erp.customer_return (shipment_id);
create index customer_return_by_shipped_unit on erp.customer_return (shipped_unit);
comment on table erp.customer_return is 'Goods that came back: held for inspection, since nobody knows what they felt.';
