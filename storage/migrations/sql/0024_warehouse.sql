-- Warehouse: what is in stock, what may stand where, the work of the floor, what was counted.

-- States of documents: which change is allowed is data, so that the docs can be held against it.
create table erp.state_change (
    machine  text not null,
    before   text not null,
    after    text not null,
    primary key (machine, before, after)
);
comment on table erp.state_change is 'Every change of state that a document of the ERP may make; no other is possible.';

create function erp.keep_to_states() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and not exists (
        select from erp.state_change c
        where c.machine = tg_argv[0] and c.before = old.state and c.after = new.state
    ) then
        raise exception '% cannot go from % to %', replace(tg_argv[0], '_', ' '), old.state, new.state;
    end if;
    return new;
end
$$;

create unique index stay_now on binding.stay (unit_id) where upper_inf(during);

create view erp.stock_as_told as
select unit.unit_id, unit.lot_id, lot.product_id, lot.expires_on, receipt.arrived_at as received_at,
       stay.location_id, stay.handling_unit_id, lower(stay.during) as since, amount.quantity,
       exists (select from erp.hold where hold.unit_id = unit.unit_id and hold.released_at is null) as held
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join binding.stay stay on stay.unit_id = unit.unit_id and upper_inf(stay.during)
cross join lateral (
    select sum(change.delta) as quantity
    from binding.quantity_change change
    where change.unit_id = unit.unit_id
        and not exists (select from binding.cancellation gone where gone.movement_id = change.movement_id)
) amount
where amount.quantity > 0;
comment on view erp.stock_as_told is 'What is in stock by the facts; erp.stock is its projection.';

create table erp.stock (
    unit_id           bigint primary key references binding.stock_unit,
    lot_id            bigint not null references erp.lot,
    product_id        integer not null references erp.product,
    expires_on        date,
    received_at       timestamptz not null,
    location_id       integer references binding.location,
    handling_unit_id  bigint references binding.handling_unit,
    since             timestamptz not null,
    quantity          numeric(18, 6) not null check (quantity > 0),
    reserved          numeric(18, 6) not null default 0,
    held              boolean not null,
    free              numeric(18, 6) not null generated always as (quantity - reserved) stored,
    constraint stock_never_promised_twice check (reserved >= 0 and reserved <= quantity),
    constraint stock_held_is_not_promised check (not held or reserved = 0)
);
create index stock_by_fefo on erp.stock (product_id, expires_on, received_at, unit_id) where not held and free > 0;
create index stock_by_lot on erp.stock (lot_id);
create index stock_by_location on erp.stock (location_id);
create index stock_by_product on erp.stock (product_id);
comment on table erp.stock is
    'What stands with us now, a row for each unit: written in the transaction of every movement, count and hold.';
comment on column erp.stock.reserved is 'Promised to customers or picked for them; kept by triggers.';

insert into erp.stock (unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since,
                       quantity, held)
select unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since, quantity, held
from erp.stock_as_told;

create function erp.stock_follows_lot() returns trigger language plpgsql as $$
begin
    update erp.stock set expires_on = new.expires_on, product_id = new.product_id where lot_id = new.lot_id;
    return null;
end
$$;
create trigger lot_changes_stock after update of expires_on, product_id on erp.lot
    for each row execute function erp.stock_follows_lot();

-- A hold and a movement of the same unit wait for each other here, so neither misses the other.
create function erp.stock_follows_hold() returns trigger language plpgsql as $$
begin
    perform from binding.stock_unit where unit_id = new.unit_id for no key update;
    update erp.stock
    set held = exists (select from erp.hold where hold.unit_id = new.unit_id and hold.released_at is null)
    where unit_id = new.unit_id;
    return null;
end
$$;
create trigger hold_changes_stock after insert or update of released_at on erp.hold
    for each row execute function erp.stock_follows_hold();

create table erp.storage_place (
    location_id        integer primary key references binding.location,
    temperature_class  text check (temperature_class <> ''),
    capacity           integer check (capacity > 0),
    keeps_apart        text check (keeps_apart in ('lot', 'product'))
);
comment on table erp.storage_place is 'What may stand at a place; a class also holds for the places inside it.';
comment on column erp.storage_place.temperature_class is 'The name of the profile whose products may stand there.';
comment on column erp.storage_place.capacity is 'How many units have room; null: nothing is put away there itself.';
comment on column erp.storage_place.keeps_apart is 'One lot, or one product, at a time.';

create table erp.pick_face (
    location_id  integer not null references binding.location,
    product_id   integer not null references erp.product,
    minimum      numeric(18, 6) not null check (minimum > 0),
    fill_to      numeric(18, 6) not null,
    primary key (location_id, product_id),
    constraint pick_face_fills_up check (fill_to >= minimum)
);
comment on table erp.pick_face is 'A place from which a product is picked, filled up from reserve below `minimum`.';

create table erp.warehouse_task (
    task_id      bigint generated always as identity primary key,
    kind         text not null check (kind in ('put_away', 'replenish', 'transfer', 'quarantine')),
    unit_id      bigint not null references binding.stock_unit,
    location_id  integer not null references binding.location,
    state        text not null default 'open' check (state in ('open', 'taken', 'done', 'cancelled')),
    why          text not null default '',
    created_at   timestamptz not null default now(),
    created_by   text not null,
    taken_at     timestamptz,
    taken_by     text,
    ended_at     timestamptz,
    ended_by     text,
    outcome      text not null default '',
    constraint task_taken_by_somebody check (
        (taken_at is null) = (taken_by is null) and (state <> 'taken' or taken_at is not null)
        and (state <> 'open' or taken_at is null)),
    constraint task_ended_by_somebody check (
        (ended_at is null) = (ended_by is null) and (state in ('done', 'cancelled')) = (ended_at is not null)),
    constraint task_cancelled_with_reason check (state <> 'cancelled' or outcome <> '')
);
create unique index warehouse_task_one_at_a_time on erp.warehouse_task (unit_id) where state in ('open', 'taken');
create index warehouse_task_by_target on erp.warehouse_task (location_id) where state in ('open', 'taken');
create index warehouse_task_by_unit on erp.warehouse_task (unit_id);
create trigger task_keeps_to_states before update of state on erp.warehouse_task
    for each row execute function erp.keep_to_states('warehouse_task');
insert into erp.state_change (machine, before, after) values
    ('warehouse_task', 'open', 'taken'), ('warehouse_task', 'open', 'done'), ('warehouse_task', 'open', 'cancelled'),
    ('warehouse_task', 'taken', 'open'), ('warehouse_task', 'taken', 'done'), ('warehouse_task', 'taken', 'cancelled');

create table erp.stock_count (
    count_id     bigint generated always as identity primary key,
    location_id  integer not null references binding.location,
    counted_at   timestamptz not null,
    recorded_at  timestamptz not null default now(),
    counted_by   text not null,
    reason       text not null default ''
);
create index stock_count_by_location on erp.stock_count (location_id, counted_at);

create table erp.stock_count_line (
    count_id  bigint not null references erp.stock_count,
    unit_id   bigint not null references binding.stock_unit,
    expected  numeric(18, 6) not null check (expected >= 0),
    counted   numeric(18, 6) not null check (counted >= 0),
    stood_at  integer references binding.location,
    primary key (count_id, unit_id)
);
comment on column erp.stock_count_line.expected is 'What we thought the unit held when it was counted; 0: nothing.';
comment on column erp.stock_count_line.stood_at is 'Where we thought it stood, null: nowhere with us.';
