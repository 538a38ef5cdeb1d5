-- Receiving: what was ordered and announced beside what came, and in which conditions it came.

alter table erp.purchase_order_line
    add column max_age_days        integer check (max_age_days >= 0),
    add column min_remaining_days  integer check (min_remaining_days >= 0);
comment on column erp.purchase_order_line.max_age_days is 'From production to arrival at most.';
comment on column erp.purchase_order_line.min_remaining_days is 'From arrival to the last day of use at least.';

create table erp.announcement (
    announcement_id  bigint generated always as identity primary key,
    code             text not null unique check (code <> ''),
    order_id         bigint not null references erp.purchase_order,
    recorded_at      timestamptz not null default clock_timestamp(),
    recorded_by      text not null
);
comment on table erp.announcement is 'An advance shipping notice: what the supplier says is on the way.';

create table erp.announcement_line (
    announcement_id  bigint not null references erp.announcement,
    number           integer not null check (number > 0),
    product_id       integer not null references erp.product,
    supplier_lot     text not null default '',
    quantity         numeric(18, 6) not null check (quantity > 0),
    primary key (announcement_id, number)
);

alter table erp.goods_receipt add column announcement_id bigint references erp.announcement;

alter table erp.lot
    add column produced_on  date,
    add column damaged      numeric(18, 6) not null default 0,
    add column damage       text not null default '',
    add constraint lot_damage_is_part_of_it check (damaged >= 0 and damaged <= quantity),
    add constraint lot_damage_has_words check ((damaged = 0) = (damage = '')),
    add constraint lot_was_produced_before_it_expires check (produced_on <= expires_on);
create index lot_by_order_line on erp.lot (order_id, order_line);
create index lot_by_supplier_lot on erp.lot (product_id, supplier_lot) where supplier_lot <> '';

create table erp.receipt_condition (
    condition_id          bigint generated always as identity primary key,
    lot_id                bigint not null references erp.lot,
    stretch               text not null check (stretch in ('transport', 'dock')),
    readings              integer not null check (readings >= 0),
    monitored_seconds     double precision not null check (monitored_seconds >= 0),
    lowest                double precision,
    highest               double precision,
    sensors               text[] not null,
    recorded_at           timestamptz not null default clock_timestamp(),
    constraint condition_measured_or_not check ((lowest is null) = (highest is null))
);
create index receipt_condition_by_lot on erp.receipt_condition (lot_id, stretch, condition_id desc);
comment on table erp.receipt_condition is
    'What a lot felt under way and from arrival to the decision, as it was known then; the newest counts.';

alter table erp.flag
    drop constraint flag_kind_check,
    add constraint flag_kind_check check (kind in (
        'too_warm', 'too_cold', 'unmeasured', 'short', 'over', 'wrong_product', 'too_old', 'too_short_life',
        'expired', 'damaged', 'duplicate_lot', 'not_announced', 'announced_short', 'announced_over'));
