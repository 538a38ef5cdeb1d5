-- Dispositions: what a person decided about a hold, signed; nothing else ends a hold.

alter table binding.movement
    drop constraint movement_kind_check,
    drop constraint movement_goes_somewhere,
    add constraint movement_kind_check check (kind in (
        'receive', 'put_away', 'replenish', 'transfer', 'pick', 'load', 'dispatch', 'return', 'return_to_supplier',
        'adjust', 'write_off', 'pack', 'unpack', 'split')),
    add constraint movement_goes_somewhere check (
        (location_id is null) = (kind in (
            'dispatch', 'return_to_supplier', 'adjust', 'write_off', 'pack', 'unpack', 'split')));

create function erp.sent_back(unit bigint) returns bigint[] language sql stable
return array(
    select erp.instant(movement.occurred_at)
    from binding.lineage line
    join binding.movement movement on movement.unit_id = line.ancestor_id
    where line.unit_id = unit and movement.kind = 'return_to_supplier' and movement.occurred_at < line.until
        and not exists (select from binding.cancellation gone where gone.movement_id = movement.movement_id)
    order by 1
);
comment on function erp.sent_back is 'When a unit, or what it was split from, went back to its supplier.';

create table erp.disposition_reason (
    kind   text not null,
    code   text not null check (code ~ '^[a-z][a-z_]*$'),
    words  text not null check (words ~ '\S'),
    primary key (kind, code)
);
comment on table erp.disposition_reason is 'The list from which the reason of a decision about a hold is taken.';
insert into erp.disposition_reason (kind, code, words)
select kind, code, words
from (values
    (array['release', 'partial_release'], 'within_stability_data', 'stability data cover what happened'),
    (array['release', 'partial_release'], 'excursion_withdrawn', 'later facts contradict what it was held for'),
    (array['release', 'partial_release'], 'inspected_sound', 'inspected and found sound'),
    (array['release', 'partial_release'], 'data_fault', 'the sensor or its data were at fault'),
    (array['release', 'partial_release'], 'recall_closed', 'the recall is closed and does not mean it'),
    (array['release'], 'not_here', 'the goods are not with us any more'),
    (array['reject', 'return_to_supplier', 'destroy'], 'outside_stability_data', 'no stability data cover what happened'),
    (array['reject', 'return_to_supplier', 'destroy'], 'damaged', 'damaged or contaminated'),
    (array['reject', 'return_to_supplier', 'destroy'], 'recalled', 'recalled'),
    (array['reject', 'return_to_supplier', 'destroy'], 'expired', 'too old'),
    (array['return_to_supplier'], 'refused', 'the delivery was refused'),
    (array['return_to_supplier'], 'agreed_with_supplier', 'the supplier takes it back'),
    (array['downgrade'], 'reduced_quality', 'sound, but not of the quality ordered'),
    (array['downgrade'], 'shorter_life', 'to be used up earlier')
) as listed (kinds, code, words)
cross join unnest(kinds) kind;
insert into erp.disposition_reason (kind, code, words)
select kind, 'other', 'none of the list: the text says what'
from unnest(array['release', 'partial_release', 'reject', 'return_to_supplier', 'destroy', 'downgrade']) kind;

create table erp.disposition (
    disposition_id  bigint generated always as identity primary key,
    hold_id         bigint not null references erp.hold,
    kind            text not null check (kind in
                        ('release', 'partial_release', 'reject', 'return_to_supplier', 'destroy', 'downgrade')),
    state           text not null default 'proposed' check (state in ('proposed', 'effective', 'withdrawn')),
    quantity        numeric(18, 6) not null check (quantity >= 0),
    child           text not null default '',
    grade           text not null default '',
    reason_code     text not null,
    words           text not null check (words ~ '\S'),
    two_people      boolean not null,
    signature_id    bigint not null references erp.signature,
    second_id       bigint references erp.signature,
    effective_at    timestamptz,
    withdrawal_id   bigint references erp.signature,
    foreign key (kind, reason_code) references erp.disposition_reason,
    constraint disposition_states_are_signed check (
        (state = 'effective') = (effective_at is not null)
        and (state = 'withdrawn') = (withdrawal_id is not null)
        and (second_id is not null) = (state = 'effective' and two_people)),
    constraint disposition_of_a_part_names_it check ((kind = 'partial_release') = (child <> '')),
    constraint disposition_downgrades_to_a_grade check ((kind = 'downgrade') = (grade <> ''))
);
create index disposition_by_hold on erp.disposition (hold_id);
create unique index disposition_one_proposed_a_hold on erp.disposition (hold_id) where state = 'proposed';
comment on column erp.disposition.quantity is 'What it is about: all the unit held then, or the part released.';
comment on column erp.disposition.child is 'The code of the unit that the released part became.';
comment on column erp.disposition.second_id is 'Somebody else''s signature under the same content.';

create function erp.keep_disposition() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'disposition % stays: decisions about holds are never deleted', old.disposition_id;
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'proposed' or not exists (
            select from erp.signature signed
            where signed.signature_id = new.signature_id and signed.subject = 'hold ' || new.hold_id
                and signed.meaning = 'decision'
        ) then
            raise exception 'a decision about hold % begins with a signature under it', new.hold_id;
        end if;
        return new;
    end if;
    if old.state <> 'proposed'
        or (to_jsonb(old) - array['state', 'second_id', 'effective_at', 'withdrawal_id'])
            <> (to_jsonb(new) - array['state', 'second_id', 'effective_at', 'withdrawal_id']) then
        raise exception 'disposition % is %: it stays as it is', old.disposition_id, old.state;
    end if;
    if new.second_id is not null and not exists (
        select from erp.signature one, erp.signature two
        where one.signature_id = new.signature_id and two.signature_id = new.second_id
            and one.account_id <> two.account_id and one.subject = two.subject and one.digest = two.digest
    ) then
        raise exception 'disposition % needs the signature of somebody else under the same content',
            old.disposition_id;
    end if;
    return new;
end
$$;
create trigger disposition_stays before insert or update or delete on erp.disposition
    for each row execute function erp.keep_disposition();
create trigger disposition_keeps_to_states before update of state on erp.disposition
    for each row execute function erp.keep_to_states('disposition');
create trigger disposition_is_not_emptied before truncate on erp.disposition
    for each statement execute function erp.refuse_change();
alter table erp.disposition enable always trigger disposition_stays;
insert into erp.state_change (machine, before, after) values
    ('disposition', 'proposed', 'effective'), ('disposition', 'proposed', 'withdrawn');
select audit.watch('erp.disposition', 'disposition_id');

alter table erp.hold
    add column placed_by       text not null default 'coldbind' check (placed_by <> ''),
    add column why             text not null default '',
    add column disposition_id  bigint references erp.disposition;
comment on column erp.hold.why is 'What was said when it was placed; of excursions, hold_excursion says more.';
comment on column erp.hold.disposition_id is 'The decision that ended it.';

create function erp.keep_hold() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'hold % stays: it can only be ended', old.hold_id;
    end if;
    if tg_op = 'UPDATE' and old.released_at is not null and new is distinct from old then
        raise exception 'hold % has ended: it stays as it is', old.hold_id;
    end if;
    if new.released_at is not null and not exists (
        select from erp.disposition decided
        join erp.hold decided_on on decided_on.hold_id = decided.hold_id
        where decided.disposition_id = new.disposition_id and decided.state = 'effective' and decided.kind <> 'reject'
            and case decided.kind
                when 'partial_release' then
                    decided.child = (select code from binding.stock_unit where unit_id = new.unit_id)
                else decided_on.unit_id = new.unit_id end
    ) then
        raise exception 'hold % is ended by a signed decision only', new.hold_id;
    end if;
    return new;
end
$$;
create trigger hold_ends_by_decision before insert or update or delete on erp.hold
    for each row execute function erp.keep_hold();
alter table erp.hold enable always trigger hold_ends_by_decision;

create table erp.downgraded (
    unit_id         bigint primary key references binding.stock_unit,
    disposition_id  bigint not null references erp.disposition,
    grade           text not null check (grade <> '')
);
comment on table erp.downgraded is 'Units that are of a lower quality: no order is promised any of them by itself.';
select audit.watch('erp.downgraded', 'unit_id');

create table erp.two_people (
    profile  text primary key,
    since    timestamptz not null default now(),
    by       text not null check (by <> ''),
    why      text not null check (why ~ '\S')
);
comment on table erp.two_people is 'Profiles whose goods need two people for every decision about a hold.';
select audit.watch('erp.two_people', 'profile');
