-- Master data: what is bought and sold, from whom and to whom.

create function erp.gtin_is_right(gtin text) returns boolean language sql immutable
return gtin ~ '^[0-9]{14}$' and (
    select sum(substr(gtin, place, 1)::integer * case place % 2 when 1 then 3 else 1 end) % 10 = 0
    from generate_series(1, 14) place
);

alter table erp.supplier
    add column payment_days  integer not null default 30 check (payment_days >= 0),
    add column contact       text not null default '';

alter table erp.product
    add column gtin             text unique check (erp.gtin_is_right(gtin)),
    add column price            numeric(18, 6) check (price >= 0),
    add column currency         text check (currency ~ '^[A-Z]{3}$'),
    add column shelf_life_days  integer check (shelf_life_days > 0),
    add constraint product_price_has_currency check ((price is null) = (currency is null));
comment on column erp.product.gtin is 'The trade item number on the label, with leading zeros to 14 digits.';
comment on column erp.product.price is 'What it is sold for, one unit of measure.';
comment on column erp.product.shelf_life_days is 'From production to the last day of use.';

create table erp.customer (
    customer_id         integer generated always as identity primary key,
    code                text not null unique,
    name                text not null,
    min_remaining_days  integer not null check (min_remaining_days >= 0),
    lowest              numeric(6, 2),
    highest             numeric(6, 2),
    contact             text not null default '',
    constraint customer_range_is_one check (lowest < highest)
);
comment on column erp.customer.min_remaining_days is
    'So many days of use must be left on the day of dispatch.';
comment on column erp.customer.lowest is 'degC on delivery; null: only the product''s profile judges.';
