-- Goods: handling units, splits, corrections and quantities; stays follow from all of them.

create table binding.handling_unit (
    handling_unit_id  bigint generated always as identity primary key,
    code              text not null unique check (code <> ''),
    sscc              text unique check (sscc ~ '^[0-9]{18}$'),
    kind              text not null check (kind in ('pallet', 'tote', 'box', 'cage', 'container')),
    recorded_at       timestamptz not null default now(),
    recorded_by       text not null
);
comment on table binding.handling_unit is
    'What carries stock units and moves as one, such as a pallet; the units inside stay apart.';

alter table binding.stock_unit
    add column parent_id  bigint references binding.stock_unit,
    add column split_at   timestamptz,
    add constraint stock_unit_split_is_whole check ((parent_id is null) = (split_at is null));
create index stock_unit_by_parent on binding.stock_unit (parent_id) where parent_id is not null;
comment on column binding.stock_unit.quantity is
    'What it began with; what it holds at an instant is the sum of its quantity changes.';

-- A packing and a split are movements too: one list of what happened to a thing, at most one at an instant.
alter table binding.movement
    alter column unit_id drop not null,
    alter column recorded_at set default now(),
    add column handling_unit_id  bigint references binding.handling_unit,
    add column packed_into       bigint references binding.handling_unit,
    drop constraint movement_kind_check,
    drop constraint movement_goes_somewhere,
    drop constraint movement_one_at_an_instant,
    add constraint movement_kind_check check (kind in (
        'receive', 'put_away', 'replenish', 'transfer', 'pick', 'load', 'dispatch', 'return',
        'adjust', 'write_off', 'pack', 'unpack', 'split')),
    add constraint movement_of_one_thing check (num_nonnulls(unit_id, handling_unit_id) = 1),
    add constraint movement_goes_somewhere check (
        (location_id is null) = (kind in ('dispatch', 'adjust', 'write_off', 'pack', 'unpack', 'split'))),
    add constraint movement_packs_into_something check ((packed_into is null) = (kind <> 'pack')),
    add constraint movement_of_handling_unit check (
        handling_unit_id is null
        or kind in ('receive', 'put_away', 'replenish', 'transfer', 'pick', 'load', 'dispatch', 'return'));
create index movement_by_unit on binding.movement (unit_id, occurred_at) where unit_id is not null;
create index movement_by_handling_unit on binding.movement (handling_unit_id, occurred_at)
    where handling_unit_id is not null;
create index movement_by_container on binding.movement (packed_into) where packed_into is not null;
create index movement_by_recorded on binding.movement (recorded_at);

create table binding.cancellation (
    movement_id  bigint primary key references binding.movement,
    recorded_at  timestamptz not null default now(),
    recorded_by  text not null,
    reason       text not null check (reason <> ''),
    replaced_by  bigint references binding.movement
);
create index cancellation_by_recorded on binding.cancellation (recorded_at);
comment on table binding.cancellation is
    'A movement that did not happen as it was told; `replaced_by` is how it did. Neither is ever deleted.';

create table binding.quantity_change (
    change_id    bigint generated always as identity primary key,
    unit_id      bigint not null references binding.stock_unit,
    movement_id  bigint not null references binding.movement,
    occurred_at  timestamptz not null,
    delta        numeric(18, 6) not null check (delta <> 0),
    reason       text not null check (reason in ('received', 'split_off', 'split_from', 'adjusted', 'written_off'))
);
create index quantity_change_by_unit on binding.quantity_change (unit_id, occurred_at);
create index quantity_change_by_movement on binding.quantity_change (movement_id);
comment on table binding.quantity_change is
    'What a movement did to the quantity of a unit; it counts while its movement is not cancelled.';

-- The last guard: the handlers refuse sooner, and in words.
create function binding.refuse_negative() returns trigger language plpgsql as $$
declare
    changed bigint;
    short record;
begin
    for changed in
        select distinct c.unit_id from binding.quantity_change c where c.movement_id = new.movement_id
    loop
        select sums.at, sums.total into short
        from (
            select c.occurred_at as at, sum(sum(c.delta)) over (order by c.occurred_at) as total
            from binding.quantity_change c
            where c.unit_id = changed
                and not exists (select from binding.cancellation x where x.movement_id = c.movement_id)
            group by c.occurred_at
        ) sums
        where sums.total < 0
        order by sums.at
        limit 1;
        if found then
            raise exception 'unit % would hold % at %', changed, short.total, short.at;
        end if;
    end loop;
    return null;
end
$$;

create constraint trigger quantity_never_negative after insert on binding.quantity_change
    deferrable initially deferred for each row execute function binding.refuse_negative();
create constraint trigger quantity_never_negative after insert on binding.cancellation
    deferrable initially deferred for each row execute function binding.refuse_negative();

create table binding.lineage (
    unit_id      bigint not null references binding.stock_unit,
    ancestor_id  bigint not null references binding.stock_unit,
    until        timestamptz not null default 'infinity',
    primary key (unit_id, ancestor_id)
);
create index lineage_by_ancestor on binding.lineage (ancestor_id, unit_id) include (until);
comment on table binding.lineage is
    'A unit and the units it was split from: what an ancestor felt before `until`, the unit felt.';

create function binding.trace_lineage() returns trigger language plpgsql as $$
begin
    insert into binding.lineage (unit_id, ancestor_id) values (new.unit_id, new.unit_id);
    insert into binding.lineage (unit_id, ancestor_id, until)
    select new.unit_id, l.ancestor_id, least(l.until, new.split_at)
    from binding.lineage l
    where l.unit_id = new.parent_id;
    return null;
end
$$;
create trigger stock_unit_has_lineage after insert on binding.stock_unit
    for each row execute function binding.trace_lineage();

alter table binding.stay
    alter column location_id drop not null,
    add column handling_unit_id  bigint references binding.handling_unit,
    add constraint stay_is_somewhere check (num_nonnulls(location_id, handling_unit_id) > 0);
create index stay_by_handling_unit on binding.stay using gist (handling_unit_id, during)
    where handling_unit_id is not null;
comment on column binding.stay.location_id is
    'Null while the unit was inside a handling unit of which no place is known yet.';

insert into binding.lineage (unit_id, ancestor_id) select unit_id, unit_id from binding.stock_unit;
insert into binding.quantity_change (unit_id, movement_id, occurred_at, delta, reason)
select unit_id, movement_id, occurred_at, quantity, 'received'
from binding.movement
join binding.stock_unit using (unit_id)
where kind = 'receive';

-- A sensor inside a handling unit travels with it; at a place several equally near sensors may have to agree.
alter table binding.placement
    alter column location_id drop not null,
    add column handling_unit_id  bigint references binding.handling_unit,
    add constraint placement_hangs_somewhere check (num_nonnulls(location_id, handling_unit_id) = 1);
create index placement_by_handling_unit on binding.placement (handling_unit_id)
    where handling_unit_id is not null;
alter table binding.location add column needed smallint check (needed > 0);
comment on column binding.location.needed is
    'How many of the sensors here must be beyond a limit at once for it to count; null: one, the worst.';
