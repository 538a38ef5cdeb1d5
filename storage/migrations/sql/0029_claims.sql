-- Claims after they were drafted: sent, answered, credited or replaced, and never altered in silence.

create table erp.claim_step (
    before  text not null,
    after   text not null,
    primary key (before, after)
);
insert into erp.claim_step (before, after) values
    ('draft', 'submitted'), ('draft', 'closed'),
    ('submitted', 'acknowledged'), ('submitted', 'accepted'), ('submitted', 'part_accepted'),
    ('submitted', 'rejected'), ('submitted', 'closed'),
    ('acknowledged', 'accepted'), ('acknowledged', 'part_accepted'), ('acknowledged', 'rejected'),
    ('acknowledged', 'closed'),
    ('rejected', 'disputed'), ('rejected', 'closed'),
    ('part_accepted', 'disputed'), ('part_accepted', 'credited'), ('part_accepted', 'replaced'),
    ('part_accepted', 'closed'),
    ('accepted', 'credited'), ('accepted', 'replaced'), ('accepted', 'closed'),
    ('disputed', 'accepted'), ('disputed', 'part_accepted'), ('disputed', 'rejected'), ('disputed', 'closed'),
    ('credited', 'closed'), ('replaced', 'closed');
comment on table erp.claim_step is 'The states a claim may go to from each state; drawn in docs/reference/claims.md.';

alter table erp.claim
    drop constraint claim_state_check,
    add column accepted numeric check (accepted >= 0),
    add constraint claim_state_check check (state in (
        'draft', 'submitted', 'acknowledged', 'accepted', 'part_accepted', 'credited', 'replaced', 'rejected',
        'disputed', 'closed')),
    add constraint claim_accepted_has_an_amount check (
        (state not in ('accepted', 'part_accepted', 'credited', 'replaced') or accepted > 0)
        and (state not in ('draft', 'submitted', 'acknowledged') or accepted is null));
comment on column erp.claim.accepted is 'What the supplier agreed to make good, in the claim''s currency.';

create table erp.claim_event (
    claim_event_id  bigint generated always as identity primary key,
    claim_id        bigint not null references erp.claim,
    before          text not null,
    after           text not null,
    amount          numeric,
    occurred_at     timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    recorded_by     text not null check (recorded_by <> ''),
    why             text not null default '',
    document        text not null default '',
    foreign key (before, after) references erp.claim_step
);
create index claim_event_by_claim on erp.claim_event (claim_id);

create table erp.claim_charge (
    claim_charge_id  bigint generated always as identity primary key,
    claim_id         bigint not null references erp.claim,
    kind             text not null check (kind in ('freight', 'handling', 'disposal', 'missing', 'other', 'deduction')),
    amount           numeric not null check (amount <> 0 and (amount < 0) = (kind = 'deduction')),
    words            text not null check (words <> ''),
    document         text not null default '',
    recorded_at      timestamptz not null default clock_timestamp(),
    recorded_by      text not null
);
create index claim_charge_by_claim on erp.claim_charge (claim_id);

alter table erp.claim_line
    add column struck_at   timestamptz,
    add column struck_by   text,
    add column struck_why  text,
    add constraint claim_line_struck_with_reason check (num_nonnulls(struck_at, struck_by, struck_why) in (0, 3));
comment on column erp.claim_line.struck_why is 'Why a person took the line off the draft; it is not claimed then.';

create function erp.claim_total(wanted bigint) returns numeric language sql stable
return coalesce((select sum(line.amount) from erp.claim_line line
                 where line.claim_id = wanted and line.struck_at is null), 0)
     + coalesce((select sum(charge.amount) from erp.claim_charge charge where charge.claim_id = wanted), 0);

create table erp.claim_terms (
    supplier_id  integer primary key references erp.supplier,
    price_share  numeric(5, 2) not null default 100 check (price_share between 0 and 100),
    freight      boolean not null default true,
    handling     boolean not null default true,
    disposal     boolean not null default true,
    answer_days  integer not null default 14 check (answer_days > 0)
);
comment on table erp.claim_terms is
    'What is agreed to be made good: a share of the contracted price in percent, and which costs beside it.';

create table erp.claim_letter (
    claim_letter_id  bigint generated always as identity primary key,
    claim_id         bigint not null references erp.claim,
    direction        text not null check (direction in ('in', 'out', 'note')),
    occurred_at      timestamptz not null,
    recorded_at      timestamptz not null default clock_timestamp(),
    recorded_by      text not null check (recorded_by <> ''),
    correspondent    text not null default '',
    body             text not null check (body <> ''),
    document         text not null default ''
);
create index claim_letter_by_claim on erp.claim_letter (claim_id);

create table erp.claim_attachment (
    claim_attachment_id  bigint generated always as identity primary key,
    claim_id             bigint not null references erp.claim,
    name                 text not null check (name ~ '^[^/\\]+$'),
    media_type           text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf', 'text/plain')),
    content              bytea not null,
    digest               bytea not null generated always as (sha256(content)) stored,
    words                text not null default '',
    recorded_at          timestamptz not null default clock_timestamp(),
    recorded_by          text not null,
    unique (claim_id, name)
);

create table erp.claim_change (
    claim_change_id  bigint generated always as identity primary key,
    claim_id         bigint not null references erp.claim,
    excursion_id     bigint references rules.excursion,
    found_at         timestamptz not null default clock_timestamp(),
    words            text not null check (words <> ''),
    seen_at          timestamptz,
    seen_by          text,
    seen_why         text,
    constraint claim_change_seen_by_a_person check (num_nonnulls(seen_at, seen_by, seen_why) in (0, 3))
);
create unique index claim_change_unseen on erp.claim_change (claim_id, coalesce(excursion_id, 0), words)
    where seen_at is null;
comment on table erp.claim_change is
    'What became known about the goods of a claim after it was sent. The claim stays as it was sent.';

create table erp.credit_note (
    credit_note_id  bigint generated always as identity primary key,
    code            text not null check (code <> ''),
    supplier_id     integer not null references erp.supplier,
    claim_id        bigint not null references erp.claim,
    credited_on     date not null,
    amount          numeric not null check (amount > 0),
    match           text not null check (match in ('full', 'part', 'over')),
    recorded_at     timestamptz not null default clock_timestamp(),
    recorded_by     text not null,
    unique (supplier_id, code)
);
create index credit_note_by_claim on erp.credit_note (claim_id);

create table erp.claim_replacement (
    order_id   bigint primary key references erp.purchase_order,
    claim_id   bigint not null references erp.claim,
    linked_at  timestamptz not null default clock_timestamp(),
    linked_by  text not null
);
create index claim_replacement_by_claim on erp.claim_replacement (claim_id);
comment on table erp.claim_replacement is 'An order whose goods a supplier sends in place of money.';

create table erp.delivery_promise (
    order_id     bigint primary key references erp.purchase_order,
    promised_on  date not null,
    recorded_by  text not null
);
comment on table erp.delivery_promise is 'The day a supplier promised to deliver an order; late is later than that.';

-- One code a claim: what follows on a delivery whose claim was sent is numbered on.
create function erp.number_claim() returns trigger language plpgsql as $$
declare
    wanted text := new.code;
    number integer := 1;
begin
    if new.state <> 'draft' then
        raise exception 'claim % begins as a draft', new.code;
    end if;
    while exists (select from erp.claim where code = new.code) loop
        if exists (select from erp.claim where code = new.code and state = 'draft') then
            return new;
        end if;
        number := number + 1;
        new.code := wanted || '-' || number;
    end loop;
    return new;
end
$$;
create trigger claim_has_a_code_of_its_own before insert on erp.claim
    for each row execute function erp.number_claim();

create function erp.guard_claim() returns trigger language plpgsql as $$
begin
    if new.state <> old.state
        and not exists (select from erp.claim_step where before = old.state and after = new.state) then
        raise exception 'claim % is %: it cannot become %', old.code, old.state, new.state;
    end if;
    if old.state <> 'draft' and row(new.code, new.supplier_id, new.order_id, new.receipt_id, new.currency, new.due_on)
        is distinct from row(old.code, old.supplier_id, old.order_id, old.receipt_id, old.currency, old.due_on) then
        raise exception 'claim % was sent: it stays as it is', old.code;
    end if;
    return new;
end
$$;
create trigger claim_goes_step_by_step before update on erp.claim
    for each row execute function erp.guard_claim();

create function erp.note_claim_change(claim bigint, excursion bigint, said text) returns void language sql as $$
    insert into erp.claim_change (claim_id, excursion_id, words) values (claim, excursion, said)
    on conflict (claim_id, coalesce(excursion_id, 0), words) where seen_at is null do nothing
$$;

-- A sent claim is evidence: what would alter it is noted beside it, and the row stays.
create function erp.keep_sent_lines() returns trigger language plpgsql as $$
declare
    sent erp.claim;
begin
    select * into sent from erp.claim where claim_id = coalesce(new.claim_id, old.claim_id);
    if sent.state = 'draft' then
        return coalesce(new, old);
    end if;
    if tg_op <> 'UPDATE' then
        raise exception 'claim % was sent: its lines stay as they are', sent.code;
    end if;
    return null;
end
$$;
create trigger sent_lines_stay before insert or update or delete on erp.claim_line
    for each row execute function erp.keep_sent_lines();

create function erp.keep_sent_evidence() returns trigger language plpgsql as $$
declare
    sent erp.claim;
    unit text;
begin
    select claim.* into sent
    from erp.claim_line line join erp.claim claim using (claim_id)
    where line.claim_line_id = coalesce(new.claim_line_id, old.claim_line_id);
    if sent.state = 'draft' then
        return coalesce(new, old);
    end if;
    if tg_op = 'DELETE' then
        raise exception 'claim % was sent: its evidence stays as it is', sent.code;
    end if;
    select stock.code into unit
    from erp.claim_line line join binding.stock_unit stock using (unit_id)
    where line.claim_line_id = new.claim_line_id;
    if new.withdrawn_at is not null then
        perform erp.note_claim_change(
            sent.claim_id, new.excursion_id, format('unit %s: withdrawn, %s', unit, new.withdrawn_why));
    else
        perform erp.note_claim_change(
            sent.claim_id, new.excursion_id, format('unit %s: %s', unit, new.deficiency));
    end if;
    return null;
end
$$;
create trigger sent_evidence_stays before insert or update or delete on erp.claim_evidence
    for each row execute function erp.keep_sent_evidence();

create trigger event_is_append_only before update or delete or truncate on erp.claim_event
    for each statement execute function erp.refuse_rewriting();
create trigger letter_is_append_only before update or delete or truncate on erp.claim_letter
    for each statement execute function erp.refuse_rewriting();
create trigger attachment_is_append_only before update or delete or truncate on erp.claim_attachment
    for each statement execute function erp.refuse_rewriting();
create trigger credit_note_is_append_only before update or delete or truncate on erp.credit_note
    for each statement execute function erp.refuse_rewriting();
alter table erp.claim_event enable always trigger event_is_append_only;
alter table erp.claim_letter enable always trigger letter_is_append_only;
alter table erp.claim_attachment enable always trigger attachment_is_append_only;
alter table erp.credit_note enable always trigger credit_note_is_append_only;
