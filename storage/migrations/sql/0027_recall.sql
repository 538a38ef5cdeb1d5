-- Recall: which goods, who has them, who was told and what they answered; mock recalls are timed and hold nothing.

create table erp.recall (
    recall_id    bigint generated always as identity primary key,
    code         text not null unique check (code <> ''),
    mock         boolean not null,
    reason       text not null check (reason <> ''),
    kind         text not null check (kind in
                     ('lot', 'supplier_lot', 'order', 'product', 'sensor', 'excursion')),
    subject      text not null check (subject <> ''),
    supplier_id  integer references erp.supplier,
    since        timestamptz,
    until        timestamptz,
    state        text not null default 'open' check (state in ('open', 'closed')),
    opened_at    timestamptz not null default now(),
    opened_by    text not null,
    traced_at    timestamptz,
    closed_at    timestamptz,
    closed_by    text,
    conclusion   text not null default '',
    constraint recall_closed_with_conclusion check (
        (state = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null)
        and (state = 'open' or conclusion <> '')),
    constraint recall_range_is_one check (since < until),
    constraint recall_range_where_needed check (kind not in ('product', 'sensor') or num_nonnulls(since, until) = 2)
);
create trigger recall_keeps_to_states before update of state on erp.recall
    for each row execute function erp.keep_to_states('recall');
comment on column erp.recall.traced_at is
    'When it was known who has the goods and what of them is blocked: with opened_at it gives the time it took.';

create table erp.recall_unit (
    recall_id  bigint not null references erp.recall,
    unit_id    bigint not null references binding.stock_unit,
    joined_at  timestamptz not null default now(),
    why        text not null default '',
    primary key (recall_id, unit_id)
);
create index recall_unit_by_unit on erp.recall_unit (unit_id);
comment on table erp.recall_unit is
    'The goods of a recall; what is split off them, or arrives later and is meant too, joins.';

create table erp.recall_notice (
    recall_id    bigint not null references erp.recall,
    customer_id  integer not null references erp.customer,
    contact      text not null,
    state        text not null default 'due' check (state in ('due', 'sent', 'answered')),
    made_at      timestamptz not null default now(),
    sent_at      timestamptz,
    sent_by      text,
    sent_how     text not null default '',
    answered_at  timestamptz,
    primary key (recall_id, customer_id),
    constraint notice_sent_by_somebody check (
        (sent_at is null) = (sent_by is null) and (state <> 'sent' or sent_at is not null)
        and (state <> 'due' or sent_at is null)),
    constraint notice_answered_at_a_time check ((state = 'answered') = (answered_at is not null))
);
create trigger notice_keeps_to_states before update of state on erp.recall_notice
    for each row execute function erp.keep_to_states('recall_notice');

create table erp.recall_reply (
    reply_id     bigint generated always as identity primary key,
    recall_id    bigint not null references erp.recall,
    customer_id  integer not null references erp.customer,
    lot_id       bigint not null references erp.lot,
    fate         text not null check (fate in ('destroyed', 'used', 'lost', 'will_return')),
    quantity     numeric(18, 6) not null check (quantity > 0),
    remark       text not null default '',
    recorded_at  timestamptz not null default now(),
    recorded_by  text not null,
    foreign key (recall_id, customer_id) references erp.recall_notice
);
create index recall_reply_by_recall on erp.recall_reply (recall_id, customer_id);
comment on column erp.recall_reply.fate is
    'What became of the goods by the customer''s own word; what they will return counts when it is back.';

insert into erp.state_change (machine, before, after) values
    ('recall', 'open', 'closed'),
    ('recall_notice', 'due', 'sent'), ('recall_notice', 'sent', 'answered'), ('recall_notice', 'due', 'answered');
