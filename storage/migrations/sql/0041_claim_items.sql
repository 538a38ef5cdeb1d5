-- Claims by receiving flags and by hand that are about a quantity, not a unit; and what a unit's line rests on beside readings.

create table erp.claim_item (
    claim_item_id  bigint generated always as identity primary key,
    claim_id       bigint not null references erp.claim,
    flag_id        bigint references erp.flag,
    kind           text not null check (kind in ('missing', 'damaged', 'wrong_product', 'too_old', 'other')),
    order_line     integer not null,
    lot_id         bigint references erp.lot,
    quantity       numeric(18, 6) not null check (quantity > 0),
    unit_price     numeric(18, 6) not null,
    amount         numeric not null check (amount >= 0),
    deficiency     text not null check (deficiency <> ''),
    recorded_at    timestamptz not null default clock_timestamp(),
    recorded_by    text not null check (recorded_by <> ''),
    struck_at      timestamptz,
    struck_by      text,
    struck_why     text,
    unique (claim_id, flag_id),
    constraint claim_item_struck_with_reason check (num_nonnulls(struck_at, struck_by, struck_why) in (0, 3)),
    constraint claim_item_missing_is_of_no_lot check (kind <> 'missing' or lot_id is null)
);
create index claim_item_by_flag on erp.claim_item (flag_id) where flag_id is not null;
comment on table erp.claim_item is
    'A quantity of an order line that is claimed: what did not come, or part of a lot that nobody tells unit from unit.';

create table erp.claim_defect (
    claim_defect_id  bigint generated always as identity primary key,
    claim_line_id    bigint not null references erp.claim_line,
    flag_id          bigint references erp.flag,
    deficiency       text not null check (deficiency <> ''),
    withdrawn_at     timestamptz,
    withdrawn_why    text,
    unique nulls not distinct (claim_line_id, flag_id),
    constraint claim_defect_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_why is null))
);
create index claim_defect_by_flag on erp.claim_defect (flag_id) where flag_id is not null;
comment on table erp.claim_defect is
    'What is wrong with a claimed unit that no readings show: by a flag of receiving, or by a person (no flag).';

create trigger sent_items_stay before insert or update or delete on erp.claim_item
    for each row execute function erp.keep_sent_lines();
create trigger sent_defects_stay before insert or update or delete on erp.claim_defect
    for each row execute function erp.keep_sent_flag();
select audit.watch('erp.claim_item', 'claim_item_id'), audit.watch('erp.claim_defect', 'claim_defect_id');

create or replace function erp.claim_total(wanted bigint) returns numeric language sql stable
return coalesce((select sum(line.amount) from erp.claim_line line
                 where line.claim_id = wanted and line.struck_at is null), 0)
     + coalesce((select sum(item.amount) from erp.claim_item item
                 where item.claim_id = wanted and item.struck_at is null), 0)
     + coalesce((select sum(charge.amount) from erp.claim_charge charge where charge.claim_id = wanted), 0);

-- A line whose evidence is all withdrawn keeps its amount: a person takes it off the draft, or not.
create function erp.reword_claim_line(wanted bigint) returns void language sql as $$
    with told as (
        select distinct 1 as of, excursion_id as number, deficiency, withdrawn_why
        from erp.claim_evidence where claim_line_id = wanted
        union all
        select distinct 2, flag_id, deficiency, withdrawn_why from erp.claim_flag where claim_line_id = wanted
        union all
        select 3, claim_defect_id, deficiency, withdrawn_why from erp.claim_defect where claim_line_id = wanted
    )
    update erp.claim_line line
    set deficiency = coalesce(
        (select string_agg(deficiency, '; ' order by of, number) from told where withdrawn_why is null),
        (select 'no evidence stands any more: ' || string_agg(withdrawn_why, '; ' order by of, number) from told),
        line.deficiency
    )
    where line.claim_line_id = wanted
$$;
