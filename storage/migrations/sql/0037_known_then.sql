-- What was known then: verdicts, budgets and promises are written in place, and here is what they were.
-- A judging pass that changes no verdict and uses no budget writes nothing here.

create table rules.verdict_change (
    verdict_change_id  bigint generated always as identity primary key,
    unit_id            bigint not null references binding.stock_unit,
    state              text,
    unmonitored        interval,
    recorded_at        timestamptz not null default clock_timestamp(),
    constraint verdict_change_is_whole check ((state is null) = (unmonitored is null))
);
create index verdict_change_by_unit on rules.verdict_change (unit_id, verdict_change_id);
comment on table rules.verdict_change is 'Every standing that a unit had, since recorded_at; append-only.';
comment on column rules.verdict_change.state is 'Null: what it was until the next change was not kept.';

create function rules.note_verdict() returns trigger language plpgsql as $$
begin
    insert into rules.verdict_change (unit_id, state, unmonitored) values (new.unit_id, new.state, new.unmonitored);
    return null;
end
$$;
create trigger first_verdict_is_kept after insert on rules.verdict
    for each row execute function rules.note_verdict();
create trigger verdict_is_kept after update on rules.verdict
    for each row when ((old.state, old.unmonitored) is distinct from (new.state, new.unmonitored))
    execute function rules.note_verdict();

create table rules.budget_use_change (
    budget_use_change_id  bigint generated always as identity primary key,
    unit_id               bigint not null references binding.stock_unit,
    rule_id               integer not null references rules.rule,
    spent                 bigint[],
    low_at                timestamptz,
    recorded_at           timestamptz not null default clock_timestamp()
);
create index budget_use_change_by_unit on rules.budget_use_change (unit_id, rule_id, budget_use_change_id);
comment on table rules.budget_use_change is
    'What a unit had used of a stability budget since recorded_at: while it is being used, every hundredth of the '
    'budget; exactly when it rests, and when it begins or ceases to run low. Append-only.';
comment on column rules.budget_use_change.spent is 'As of budget_use. Null: what it was until the next change was not kept.';

create table erp.reservation_change (
    reservation_change_id  bigint generated always as identity primary key,
    reservation_id         bigint not null references erp.reservation,
    was                    numeric(18, 6) not null check (was > 0),
    recorded_at            timestamptz not null default clock_timestamp()
);
create index reservation_change_by_reservation on erp.reservation_change (reservation_id, reservation_change_id);
comment on table erp.reservation_change is
    'How much a reservation promised until recorded_at, when part of it was picked; append-only.';

create function erp.note_reservation() returns trigger language plpgsql as $$
begin
    insert into erp.reservation_change (reservation_id, was) values (old.reservation_id, old.quantity);
    return null;
end
$$;
create trigger reservation_is_kept after update of quantity on erp.reservation
    for each row when (old.quantity is distinct from new.quantity) execute function erp.note_reservation();
create index reservation_by_unit_ever on erp.reservation (unit_id);

-- What was judged and used before this release: how it came to be was not kept.
insert into rules.verdict_change (unit_id, state, unmonitored, recorded_at)
select unit_id, kept.state, kept.unmonitored, kept.recorded_at
from rules.verdict
cross join lateral (
    values (null, null::interval, '-infinity'::timestamptz), (state, unmonitored, judged_at)
) kept (state, unmonitored, recorded_at)
order by unit_id, kept.recorded_at;
insert into rules.budget_use_change (unit_id, rule_id, spent, low_at, recorded_at)
select unit_id, rule_id, kept.spent, kept.low_at, kept.recorded_at
from rules.budget_use
cross join lateral (
    values (null::bigint[], null::timestamptz, '-infinity'::timestamptz), (spent, low_at, now())
) kept (spent, low_at, recorded_at)
order by unit_id, rule_id, kept.recorded_at;

create trigger verdict_change_is_append_only before update or delete on rules.verdict_change
    for each statement execute function erp.refuse_rewriting();
create trigger budget_use_change_is_append_only before update or delete on rules.budget_use_change
    for each statement execute function erp.refuse_rewriting();
create trigger reservation_change_is_append_only before update or delete on erp.reservation_change
    for each statement execute function erp.refuse_rewriting();
