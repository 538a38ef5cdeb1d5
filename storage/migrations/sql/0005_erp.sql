-- ERP: who delivered what under which order, how it was received, what was held and claimed.

create schema erp;

create table erp.supplier (
    supplier_id          integer generated always as identity primary key,
    code                 text not null unique,
    name                 text not null,
    claim_deadline_days  integer not null default 14 check (claim_deadline_days >= 0)
);

create table erp.product (
    product_id       integer generated always as identity primary key,
    code             text not null unique,
    name             text not null,
    unit_of_measure  text not null,
    profile_id       integer not null references rules.profile
);

create table erp.purchase_order (
    order_id     bigint generated always as identity primary key,
    code         text not null unique,
    supplier_id  integer not null references erp.supplier,
    ordered_on   date not null,
    currency     text not null check (currency ~ '^[A-Z]{3}$')
);

create table erp.purchase_order_line (
    order_id    bigint not null references erp.purchase_order,
    line        integer not null check (line > 0),
    product_id  integer not null references erp.product,
    quantity    numeric(18, 6) not null check (quantity > 0),
    unit_price  numeric(18, 6) not null check (unit_price >= 0),
    primary key (order_id, line)
);

create table erp.goods_receipt (
    receipt_id    bigint generated always as identity primary key,
    code          text not null unique,
    order_id      bigint not null references erp.purchase_order,
    dock          ltree not null references binding.location (path),
    arrived_at    timestamptz not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    decision      text check (decision in ('accepted', 'accepted_with_reservation', 'refused')),
    decided_at    timestamptz check (decided_at >= arrived_at),
    decided_by    text,
    reservation   text not null default '',
    constraint receipt_decision_is_whole check (
        num_nonnulls(decision, decided_at, decided_by) in (0, 3))
);
create index goods_receipt_by_order on erp.goods_receipt (order_id);

create table erp.lot (
    lot_id            bigint generated always as identity primary key,
    code              text not null unique,
    product_id        integer not null references erp.product,
    receipt_id        bigint not null references erp.goods_receipt,
    order_id          bigint not null,
    order_line        integer not null,
    supplier_lot      text not null default '',
    quantity          numeric(18, 6) not null check (quantity > 0),
    expires_on        date,
    foreign key (order_id, order_line) references erp.purchase_order_line
);
create index lot_by_receipt on erp.lot (receipt_id);
alter table binding.stock_unit add foreign key (lot_id) references erp.lot;

create table erp.hold (
    hold_id       bigint generated always as identity primary key,
    unit_id       bigint not null references binding.stock_unit,
    cause         text not null check (cause in ('excursion', 'recall', 'expiry', 'damage', 'inspection')),
    placed_at     timestamptz not null default clock_timestamp(),
    published_at  timestamptz,
    released_at   timestamptz,
    released_by   text,
    constraint hold_released_by_a_person check ((released_at is null) = (released_by is null))
);
create index hold_by_unit on erp.hold (unit_id);
create unique index hold_open on erp.hold (unit_id, cause) where released_at is null;
comment on column erp.hold.published_at is
    'When the gateway sent the reading that led to the hold; with the commit it gives the delay.';

create table erp.hold_excursion (
    hold_id           bigint not null references erp.hold,
    excursion_id      bigint not null unique references rules.excursion,
    supplier_seconds  double precision not null check (supplier_seconds >= 0),
    own_seconds       double precision not null check (own_seconds >= 0),
    withdrawn_at      timestamptz,
    withdrawn_why     text,
    primary key (hold_id, excursion_id),
    constraint hold_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_why is null))
);
comment on table erp.hold_excursion is
    'Why a unit is held, and in whose custody the time beyond the limit was: when the excursion joined '
    'the hold, or when the receipt was decided if that was later.';

create table erp.claim (
    claim_id     bigint generated always as identity primary key,
    code         text not null unique,
    supplier_id  integer not null references erp.supplier,
    order_id     bigint not null references erp.purchase_order,
    receipt_id   bigint not null references erp.goods_receipt,
    state        text not null default 'draft' check (state in ('draft')),
    currency     text not null check (currency ~ '^[A-Z]{3}$'),
    opened_at    timestamptz not null default clock_timestamp(),
    due_on       date not null
);
create unique index claim_one_draft_a_receipt on erp.claim (receipt_id) where state = 'draft';

create table erp.claim_line (
    claim_line_id  bigint generated always as identity primary key,
    claim_id       bigint not null references erp.claim,
    unit_id        bigint not null references binding.stock_unit,
    lot_id         bigint not null references erp.lot,
    quantity       numeric(18, 6) not null check (quantity > 0),
    unit_price     numeric(18, 6) not null,
    amount         numeric not null check (amount >= 0),
    deficiency     text not null,
    unique (claim_id, unit_id)
);
create index claim_line_by_lot on erp.claim_line (lot_id);
comment on column erp.claim_line.amount is
    'Price times quantity with exactly the decimals of the currency: none for JPY, two for EUR, three for KWD.';
comment on column erp.claim_line.deficiency is 'The sentences of the evidence that stands, in words for the supplier.';

create table erp.claim_evidence (
    claim_line_id  bigint not null references erp.claim_line,
    excursion_id   bigint not null references rules.excursion,
    series_id      integer not null references telemetry.series,
    since          timestamptz not null,
    until          timestamptz not null check (until >= since),
    readings       integer not null check (readings >= 0),
    lowest         double precision,
    highest        double precision,
    digest         bytea not null,
    deficiency     text not null default '',
    withdrawn_at   timestamptz,
    withdrawn_why  text,
    primary key (claim_line_id, excursion_id, series_id),
    constraint claim_evidence_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_why is null))
);
create index claim_evidence_by_excursion on erp.claim_evidence (excursion_id);
comment on column erp.claim_evidence.digest is
    'SHA-256 over the readings of the series in the stretch, as they stood when the evidence was added: '
    'for each in order of time, microseconds since the epoch (int64) and value (float64), big-endian.';
comment on column erp.claim_evidence.deficiency is
    'What the excursion shows against the supplier, one sentence, the same for all its series.';

create function erp.utc(at timestamptz) returns text language sql stable
return (to_json(at at time zone 'UTC') #>> '{}') || 'Z';
comment on function erp.utc is 'ISO 8601 in UTC, whatever the time zone of the session.';

create function erp.instant(at timestamptz) returns bigint language sql stable
return (extract(epoch from at) * 1000000)::bigint;
comment on function erp.instant is 'Microseconds since the epoch, as Python keeps time.';

create function erp.amount(number numeric, decimals integer) returns text language sql immutable
return round(number, greatest(scale(trim_scale(number)), decimals))::text;
comment on function erp.amount is 'A decimal as text, without trailing zeros beyond so many decimals.';
