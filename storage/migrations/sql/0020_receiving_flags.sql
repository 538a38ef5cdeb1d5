-- Flags of a delivery: what was not as ordered or announced, with its numbers; some are the basis of a claim.

create table erp.flag (
    flag_id        bigint generated always as identity primary key,
    receipt_id     bigint not null references erp.goods_receipt,
    order_line     integer,
    lot_id         bigint references erp.lot,
    unit_id        bigint references binding.stock_unit,
    kind           text not null check (kind in (
                       'too_warm', 'too_cold', 'unmeasured', 'short', 'over', 'wrong_product', 'too_old',
                       'too_short_life', 'expired', 'damaged', 'duplicate_lot', 'not_announced')),
    words          text not null check (words <> ''),
    numbers        jsonb not null,
    raised_at      timestamptz not null default clock_timestamp(),
    withdrawn_at   timestamptz,
    withdrawn_why  text,
    constraint flag_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_why is null))
);
create unique index flag_stands on erp.flag
    (receipt_id, kind, coalesce(order_line, 0), coalesce(lot_id, 0), coalesce(unit_id, 0))
    where withdrawn_at is null;
create index flag_by_receipt on erp.flag (receipt_id);
create index flag_by_lot on erp.flag (lot_id) where lot_id is not null;
comment on table erp.flag is
    'Something about a delivery, a line, a lot or a unit of it that is not as it should be; it blocks nothing.';

create table erp.claim_flag (
    claim_line_id  bigint not null references erp.claim_line,
    flag_id        bigint not null references erp.flag,
    series_id      integer not null references telemetry.series,
    since          timestamptz not null,
    until          timestamptz not null check (until >= since),
    readings       integer not null check (readings >= 0),
    lowest         double precision,
    highest        double precision,
    digest         bytea not null,
    deficiency     text not null,
    withdrawn_at   timestamptz,
    withdrawn_why  text,
    primary key (claim_line_id, flag_id, series_id),
    constraint claim_flag_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_why is null))
);
create index claim_flag_by_flag on erp.claim_flag (flag_id);
comment on table erp.claim_flag is
    'Evidence for a claim that rests on a flag: the readings between arrival and acceptance, one series a row.';
comment on column erp.claim_flag.digest is 'Made as that of erp.claim_evidence.';

-- What of a unit can be claimed for a fault at an instant: goods are claimed once, however they are split.
create function erp.claimable(unit bigint, at timestamptz, out quantity numeric, out claimed_before boolean)
language sql stable as $$
    select
        -- What the unit held then, without what is claimed under units split off since; a unit claimed on
        -- supplier and carrier is counted once.
        coalesce(
            (select sum(change.delta)
             from binding.quantity_change change
             where change.unit_id = stock.unit_id
               and change.occurred_at <= at
               and not exists (select from binding.cancellation where movement_id = change.movement_id)),
            stock.quantity
        ) - (
            select coalesce(sum(once.quantity), 0)
            from (
                select max(claimed.quantity) as quantity
                from binding.lineage child
                join erp.claim_line claimed on claimed.unit_id = child.unit_id
                where child.ancestor_id = stock.unit_id
                  and child.unit_id <> stock.unit_id
                  and child.until > at
                group by child.unit_id
            ) once
        ),
        -- Goods split off after the fault are claimed under the unit they were in then.
        exists (
            select
            from binding.lineage parent
            where parent.unit_id = stock.unit_id
              and parent.ancestor_id <> stock.unit_id
              and (parent.until > at
                   or exists (select
                              from erp.claim_line claimed
                              join erp.claim_evidence told using (claim_line_id)
                              join rules.excursion known using (excursion_id)
                              where claimed.unit_id = parent.ancestor_id
                                and told.withdrawn_at is null
                                and known.breached_at < parent.until)
                   or exists (select
                              from erp.claim_line claimed
                              join erp.claim_flag told using (claim_line_id)
                              where claimed.unit_id = parent.ancestor_id
                                and told.withdrawn_at is null
                                and told.until < parent.until))
        )
    from binding.stock_unit stock
    where stock.unit_id = unit
$$;
