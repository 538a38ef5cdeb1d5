-- Binding: places, where sensors hung, where goods stood.

create schema binding;

create table binding.location (
    location_id  integer generated always as identity primary key,
    path         ltree not null unique,
    name         text not null,
    kind         text not null check (kind in
                     ('site', 'room', 'zone', 'aisle', 'bay', 'bin', 'dock_door', 'vehicle', 'quarantine_cage'))
);
create index location_path_tree on binding.location using gist (path);
comment on column binding.location.path is 'The place in the tree of places, such as dc1.zone2.bin04.';

create table binding.placement (
    placement_id  bigint generated always as identity primary key,
    sensor_id     integer not null references telemetry.sensor,
    location_id   integer not null references binding.location,
    during        tstzrange not null check (not isempty(during)),
    recorded_at   timestamptz not null default clock_timestamp(),
    recorded_by   text not null,
    constraint placement_one_place_at_a_time exclude using gist (sensor_id with =, during with &&)
);
create index placement_by_location on binding.placement using gist (location_id, during);

create table binding.stock_unit (
    unit_id          bigint generated always as identity primary key,
    code             text not null unique,
    lot_id           bigint not null,
    quantity         numeric(18, 6) not null check (quantity > 0),
    unit_of_measure  text not null,
    sscc             text unique check (sscc ~ '^[0-9]{18}$')
);
create index stock_unit_by_lot on binding.stock_unit (lot_id);

create table binding.movement (
    movement_id   bigint generated always as identity primary key,
    unit_id       bigint not null references binding.stock_unit,
    kind          text not null check (kind in ('receive', 'put_away', 'transfer', 'pick', 'load', 'dispatch', 'return')),
    location_id   integer references binding.location,
    occurred_at   timestamptz not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    recorded_by   text not null,
    document      text not null default '',
    client_id     text unique,
    constraint movement_goes_somewhere check ((location_id is null) = (kind = 'dispatch')),
    constraint movement_one_at_an_instant unique (unit_id, occurred_at)
);
comment on column binding.movement.client_id is
    'The scanner''s own id of the movement: sending it twice records it once.';

create table binding.stay (
    unit_id      bigint not null references binding.stock_unit,
    location_id  integer not null references binding.location,
    during       tstzrange not null check (not isempty(during)),
    constraint stay_one_place_at_a_time exclude using gist (unit_id with =, during with &&)
);
create index stay_by_location on binding.stay using gist (location_id, during);
comment on table binding.stay is 'Projection of the movements, written in the same transaction as they are.';
