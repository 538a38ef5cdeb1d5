-- Sales: what customers ordered, which units are promised for it, what was picked, and whether in the right order.

create table erp.wave (
    wave_id      bigint generated always as identity primary key,
    code         text not null unique check (code <> ''),
    state        text not null default 'open' check (state in ('open', 'released', 'done')),
    opened_at    timestamptz not null default now(),
    opened_by    text not null,
    released_at  timestamptz,
    ended_at     timestamptz,
    constraint wave_states_have_times check (
        (released_at is null) = (state = 'open') and (ended_at is null) = (state <> 'done'))
);
create trigger wave_keeps_to_states before update of state on erp.wave
    for each row execute function erp.keep_to_states('wave');
comment on table erp.wave is 'Orders that are picked together.';

create table erp.sales_order (
    sales_order_id     bigint generated always as identity primary key,
    code               text not null unique check (code <> ''),
    customer_id        integer not null references erp.customer,
    ordered_on         date not null,
    deliver_on         date not null,
    minimum_life_days  integer not null check (minimum_life_days >= 0),
    wave_id            bigint references erp.wave,
    state              text not null default 'open' check (state in ('open', 'closed', 'cancelled')),
    recorded_at        timestamptz not null default now(),
    recorded_by        text not null,
    ended_at           timestamptz,
    ended_by           text,
    ended_why          text not null default '',
    constraint sales_order_delivered_after_ordered check (deliver_on >= ordered_on),
    constraint sales_order_ended_by_somebody check (
        (state = 'open') = (ended_at is null) and (ended_at is null) = (ended_by is null))
);
create index sales_order_by_customer on erp.sales_order (customer_id);
create index sales_order_by_wave on erp.sales_order (wave_id) where wave_id is not null;
create trigger sales_order_keeps_to_states before update of state on erp.sales_order
    for each row execute function erp.keep_to_states('sales_order');
comment on column erp.sales_order.minimum_life_days is
    'How many days of use must be left on the day of delivery, as agreed when it was ordered.';

create table erp.sales_order_line (
    sales_order_id  bigint not null references erp.sales_order,
    line            integer not null check (line > 0),
    product_id      integer not null references erp.product,
    quantity        numeric(18, 6) not null check (quantity > 0),
    primary key (sales_order_id, line)
);
create index sales_order_line_by_product on erp.sales_order_line (product_id);

create table erp.reservation (
    reservation_id  bigint generated always as identity primary key,
    sales_order_id  bigint not null,
    line            integer not null,
    unit_id         bigint not null references binding.stock_unit,
    quantity        numeric(18, 6) not null check (quantity > 0),
    state           text not null default 'reserved' check (state in ('reserved', 'picked', 'released')),
    reserved_at     timestamptz not null default now(),
    reserved_by     text not null,
    ended_at        timestamptz,
    why             text not null default '',
    foreign key (sales_order_id, line) references erp.sales_order_line,
    constraint reservation_ended_when_not_reserved check ((state = 'reserved') = (ended_at is null)),
    constraint reservation_released_with_reason check (state <> 'released' or why <> '')
);
create unique index reservation_once_a_line on erp.reservation (sales_order_id, line, unit_id) where state = 'reserved';
create index reservation_by_unit on erp.reservation (unit_id) where state = 'reserved';
create index reservation_by_order on erp.reservation (sales_order_id, line);
create trigger reservation_keeps_to_states before update of state on erp.reservation
    for each row execute function erp.keep_to_states('reservation');

create table erp.pick (
    pick_id         bigint generated always as identity primary key,
    sales_order_id  bigint not null,
    line            integer not null,
    unit_id         bigint not null references binding.stock_unit,
    taken_from      bigint not null references binding.stock_unit,
    quantity        numeric(18, 6) not null check (quantity > 0),
    state           text not null default 'picked' check (state in ('picked', 'dispatched', 'put_back')),
    picked_at       timestamptz not null,
    recorded_at     timestamptz not null default now(),
    picked_by       text not null,
    client_id       text unique,
    ended_at        timestamptz,
    why             text not null default '',
    foreign key (sales_order_id, line) references erp.sales_order_line,
    constraint pick_ended_when_not_picked check ((state = 'picked') = (ended_at is null)),
    constraint pick_put_back_with_reason check (state <> 'put_back' or why <> '')
);
create unique index pick_once_a_unit on erp.pick (unit_id) where state = 'picked';
create index pick_by_order on erp.pick (sales_order_id, line);
create index pick_by_unit on erp.pick (unit_id);
create trigger pick_keeps_to_states before update of state on erp.pick
    for each row execute function erp.keep_to_states('pick');
comment on column erp.pick.taken_from is 'The unit it was split off; the same unit when it was picked whole.';

create table erp.rotation (
    pick_id            bigint primary key references erp.pick,
    in_order           boolean not null,
    lot_id             bigint not null references erp.lot,
    expires_on         date,
    received_at        timestamptz not null,
    first_unit_id      bigint not null references binding.stock_unit,
    first_lot_id       bigint not null references erp.lot,
    first_expires_on   date,
    first_received_at  timestamptz not null,
    known_at           timestamptz not null default now(),
    reason             text not null default '',
    constraint rotation_out_of_order_with_reason check (in_order or reason <> '')
);
create index rotation_by_lot on erp.rotation (lot_id);
comment on table erp.rotation is
    'Of every pick, which unit should have been taken by what was known at that moment; never changed afterwards.';

insert into erp.state_change (machine, before, after) values
    ('wave', 'open', 'released'), ('wave', 'released', 'done'),
    ('sales_order', 'open', 'closed'), ('sales_order', 'open', 'cancelled'),
    ('reservation', 'reserved', 'picked'), ('reservation', 'reserved', 'released'),
    ('pick', 'picked', 'dispatched'), ('pick', 'picked', 'put_back');

-- What is promised of a unit is the sum of its reservations and picks, and can never be more than it holds.
create function erp.keep_promises() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.state = tg_argv[0] then
            update erp.stock set reserved = reserved - old.quantity where unit_id = old.unit_id;
        end if;
    end if;
    if new.state = tg_argv[0] then
        update erp.stock set reserved = reserved + new.quantity where unit_id = new.unit_id;
        if not found then
            raise exception 'unit % is not in stock and cannot be promised', new.unit_id;
        end if;
    end if;
    return null;
end
$$;
create trigger reservation_is_promised after insert or update of state, quantity, unit_id on erp.reservation
    for each row execute function erp.keep_promises('reserved');
create trigger pick_is_promised after insert or update of state, quantity, unit_id on erp.pick
    for each row execute function erp.keep_promises('picked');

-- No promise survives a hold, whoever places it.
create or replace function erp.stock_follows_hold() returns trigger language plpgsql as $$
begin
    perform from binding.stock_unit where unit_id = new.unit_id for no key update;
    perform from erp.stock where unit_id = new.unit_id for no key update;  -- ends when whoever promises it has
    if new.released_at is null then
        update erp.reservation set state = 'released', ended_at = now(), why = 'held: ' || new.cause
        where unit_id = new.unit_id and state = 'reserved';
        update erp.pick set state = 'put_back', ended_at = now(), why = 'held: ' || new.cause
        where unit_id = new.unit_id and state = 'picked';
    end if;
    update erp.stock
    set held = exists (select from erp.hold where hold.unit_id = new.unit_id and hold.released_at is null)
    where unit_id = new.unit_id;
    return null;
end
$$;
