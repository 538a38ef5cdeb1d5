-- Ledger: append-only double entry. What goods are worth follows from what happened to them, unit by unit.

create table erp.ledger_account (
    account  text primary key check (account ~ '^[0-9]{4}$'),
    name     text not null unique,
    kind     text not null check (kind in ('asset', 'liability', 'expense', 'income'))
);
insert into erp.ledger_account (account, name, kind) values
    ('1200', 'Inventory', 'asset'),
    ('1210', 'Inventory, held', 'asset'),
    ('1300', 'Claims on suppliers', 'asset'),
    ('2000', 'Accounts payable', 'liability'),
    ('2100', 'Goods received, not invoiced', 'liability'),
    ('2200', 'Accrued costs', 'liability'),
    ('5000', 'Cost of goods sold', 'expense'),
    ('5100', 'Goods written off', 'expense'),
    ('5110', 'Destruction and disposal', 'expense'),
    ('5120', 'Freight and handling', 'expense'),
    ('5130', 'Goods returned to suppliers', 'expense'),
    ('5200', 'Count differences', 'expense'),
    ('5300', 'Purchase price variance', 'expense'),
    ('5400', 'Recovered from suppliers', 'income'),
    ('5900', 'Rounding differences', 'expense');

create table erp.unit_cost (
    unit_id     bigint primary key references binding.stock_unit,
    lot_id      bigint not null references erp.lot,
    unit_price  numeric(18, 6) not null check (unit_price >= 0),
    currency    text not null check (currency ~ '^[A-Z]{3}$')
);
create index unit_cost_by_lot on erp.unit_cost (lot_id);
comment on table erp.unit_cost is
    'What one of the lot cost, by the order line it was bought under; a split unit has its lot''s. Whoever '
    'posts about a unit holds its row.';

create table erp.period_close (
    closed_through  date primary key,
    closed_at       timestamptz not null default clock_timestamp(),
    closed_by       text not null check (closed_by <> '')
);
comment on table erp.period_close is 'The books are closed through the newest of these days.';

create table erp.supplier_invoice (
    invoice_id   bigint generated always as identity primary key,
    code         text not null check (code <> ''),
    supplier_id  integer not null references erp.supplier,
    order_id     bigint not null references erp.purchase_order,
    invoiced_on  date not null,
    currency     text not null check (currency ~ '^[A-Z]{3}$'),
    total        numeric not null check (total > 0),
    charges      numeric not null default 0 check (charges >= 0),
    state        text not null check (state in ('matched', 'blocked', 'approved')),
    approved_by  text,
    approved_at  timestamptz,
    approved_why text,
    recorded_at  timestamptz not null default clock_timestamp(),
    recorded_by  text not null,
    unique (supplier_id, code),
    constraint invoice_approved_by_a_person check (
        num_nonnulls(approved_by, approved_at, approved_why) = case when state = 'approved' then 3 else 0 end)
);
create index supplier_invoice_by_order on erp.supplier_invoice (order_id);

create table erp.supplier_invoice_line (
    invoice_id  bigint not null references erp.supplier_invoice,
    line        integer not null check (line > 0),
    order_id    bigint not null,
    order_line  integer not null,
    quantity    numeric(18, 6) not null check (quantity > 0),
    unit_price  numeric(18, 6) not null check (unit_price >= 0),
    amount      numeric not null check (amount >= 0),
    primary key (invoice_id, line),
    foreign key (order_id, order_line) references erp.purchase_order_line
);
create index supplier_invoice_line_by_order on erp.supplier_invoice_line (order_id, order_line);

create table erp.journal_entry (
    entry_id     bigint generated always as identity primary key,
    kind         text not null check (kind in (
        'receipt', 'hold', 'release', 'dispatch', 'customer_return', 'supplier_return', 'write_off',
        'count_difference', 'split', 'invoice', 'receipt_rounding', 'cost', 'claim', 'credit_note',
        'replacement')),
    occurred_at  timestamptz not null,
    booked_on    date not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    recorded_by  text not null check (recorded_by <> ''),
    currency     text not null check (currency ~ '^[A-Z]{3}$'),
    document     text not null default '',
    words        text not null default '',
    unit_id      bigint references erp.unit_cost,
    order_id     bigint,
    order_line   integer,
    invoice_id   bigint references erp.supplier_invoice,
    claim_id     bigint references erp.claim,
    foreign key (order_id, order_line) references erp.purchase_order_line,
    constraint entry_is_not_booked_early check (booked_on >= (occurred_at at time zone 'UTC')::date)
);
create index journal_entry_by_unit on erp.journal_entry (unit_id, occurred_at) where unit_id is not null;
create index journal_entry_by_order on erp.journal_entry (order_id, order_line) where order_id is not null;
create index journal_entry_by_claim on erp.journal_entry (claim_id) where claim_id is not null;
create index journal_entry_by_booked on erp.journal_entry (booked_on);
comment on column erp.journal_entry.occurred_at is 'When the fact was true; `booked_on` is the day the books have it.';

create table erp.journal_line (
    entry_id  bigint not null references erp.journal_entry,
    line      integer not null check (line > 0),
    account   text not null references erp.ledger_account,
    amount    numeric not null check (amount <> 0),
    primary key (entry_id, line)
);
create index journal_line_by_account on erp.journal_line (account);
comment on column erp.journal_line.amount is 'A debit when above zero, a credit below, in the entry''s currency.';

create function erp.refuse_unbalanced() returns trigger language plpgsql as $$
declare
    lines integer;
    total numeric;
begin
    select count(*), coalesce(sum(line.amount), 0) into lines, total
    from erp.journal_line line where line.entry_id = new.entry_id;
    if lines < 2 or total <> 0 then
        raise exception 'journal entry % does not balance: % lines, % over', new.entry_id, lines, total;
    end if;
    return null;
end
$$;
create constraint trigger entry_balances after insert on erp.journal_entry
    deferrable initially deferred for each row execute function erp.refuse_unbalanced();
create constraint trigger lines_balance after insert on erp.journal_line
    deferrable initially deferred for each row execute function erp.refuse_unbalanced();

create function erp.closed_through() returns date language sql stable
return coalesce((select max(closed_through) from erp.period_close), '-infinity'::date);

create function erp.refuse_closed_period() returns trigger language plpgsql as $$
begin
    if new.booked_on <= erp.closed_through() then
        raise exception 'the books are closed through %: nothing is booked on %', erp.closed_through(), new.booked_on;
    end if;
    return new;
end
$$;
create trigger entry_is_booked_in_an_open_period before insert on erp.journal_entry
    for each row execute function erp.refuse_closed_period();

create function erp.refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'erp.% is append-only: % is refused, post a correcting entry', tg_table_name, tg_op;
end
$$;
create trigger entry_is_append_only before update or delete or truncate on erp.journal_entry
    for each statement execute function erp.refuse_rewriting();
create trigger line_is_append_only before update or delete or truncate on erp.journal_line
    for each statement execute function erp.refuse_rewriting();
create trigger close_is_append_only before update or delete or truncate on erp.period_close
    for each statement execute function erp.refuse_rewriting();
alter table erp.journal_entry enable always trigger entry_is_append_only;
alter table erp.journal_line enable always trigger line_is_append_only;
alter table erp.period_close enable always trigger close_is_append_only;

create function erp.entry_digest(wanted bigint) returns text language sql stable
return encode(sha256(convert_to((
    select jsonb_build_array(
        entry.entry_id, entry.kind, erp.instant(entry.occurred_at), entry.booked_on,
        erp.instant(entry.recorded_at), entry.recorded_by, entry.currency, entry.document, entry.words,
        entry.unit_id, entry.order_id, entry.order_line, entry.invoice_id, entry.claim_id,
        (select jsonb_agg(jsonb_build_array(line.line, line.account, line.amount::text) order by line.line)
         from erp.journal_line line where line.entry_id = entry.entry_id)
    )::text
    from erp.journal_entry entry where entry.entry_id = wanted
), 'UTF8')), 'hex');
comment on function erp.entry_digest is 'What the audit chain keeps of an entry, so that any change of it is found.';
