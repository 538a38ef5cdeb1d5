-- Custody: delivery terms, carriage, and whose hands an excursion was in; tighter limits for receiving.

create domain erp.incoterm as text
    check (value in ('', 'EXW', 'FCA', 'CPT', 'CIP', 'DAP', 'DPU', 'DDP', 'FAS', 'FOB', 'CFR', 'CIF'));
comment on domain erp.incoterm is 'A rule of Incoterms 2020; empty when none is agreed.';

alter table erp.supplier
    add column incoterm     erp.incoterm not null default '',
    add column named_place  text not null default '',
    add constraint supplier_terms_are_whole check ((incoterm = '') = (named_place = ''));
comment on column erp.supplier.incoterm is 'What an order says that names no terms of its own.';

alter table erp.purchase_order
    add column incoterm     erp.incoterm not null default '',
    add column named_place  text not null default '',
    add constraint order_terms_are_whole check ((incoterm = '') = (named_place = ''));
comment on column erp.purchase_order.incoterm is
    'As agreed when it was ordered: a supplier''s new terms do not reach orders of before.';

alter table erp.purchase_order_line
    add column lowest   numeric(6, 2),
    add column highest  numeric(6, 2),
    add constraint line_range_is_one check (lowest < highest);
comment on column erp.purchase_order_line.lowest is
    'degC agreed for receiving, from arrival to acceptance; null: only the product''s profile judges.';

create table erp.carriage (
    carriage_id     bigint generated always as identity primary key,
    receipt_id      bigint not null references erp.goods_receipt,
    carrier         text not null check (carrier <> ''),
    handed_over_at  timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    recorded_by     text not null
);
create index carriage_by_receipt on erp.carriage (receipt_id, carriage_id desc);
comment on table erp.carriage is
    'Who brought a delivery, and when the supplier gave it to them; the newest counts, none is overwritten.';

alter table erp.hold_excursion
    add column carrier_seconds   double precision not null default 0 check (carrier_seconds >= 0),
    add column customer_seconds  double precision not null default 0 check (customer_seconds >= 0),
    add column reason            text not null default '';
comment on table erp.hold_excursion is
    'Why a unit is held, and in whose custody the time beyond the limit was, as the facts say by now.';
comment on column erp.hold_excursion.reason is 'The split in words, with the facts that decide it.';

alter table erp.claim
    add column against  text not null default 'supplier' check (against in ('supplier', 'carrier')),
    add column carrier  text not null default '';
comment on column erp.claim.against is
    'Whose custody it was in; a claim on the carrier still names the supplier of the order.';
drop index erp.claim_one_draft_a_receipt;
create unique index claim_one_draft_a_party on erp.claim (receipt_id, against) where state = 'draft';

-- When a unit, or what it was split from, stood with us: microseconds, both ends of each stretch in order.
create function erp.with_us(unit bigint) returns tstzmultirange language sql stable
return (
    select range_agg(stay.during * tstzrange(null, nullif(line.until, 'infinity')))
    from binding.lineage line
    join binding.stay stay on stay.unit_id = line.ancestor_id
    where line.unit_id = unit
);
create function erp.with_us_since(unit bigint) returns bigint[] language sql stable
return array(select public.micros(lower(part)) from unnest(erp.with_us(unit)) part order by part);
create function erp.with_us_until(unit bigint) returns bigint[] language sql stable
return array(select public.micros(upper(part)) from unnest(erp.with_us(unit)) part order by part);
comment on function erp.with_us is 'Where nothing is left out but the time after a dispatch, until a return.';
