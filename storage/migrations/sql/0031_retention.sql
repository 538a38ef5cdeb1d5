-- Retention: how long each kind of record is kept, and what stands against dropping any.

create table telemetry.retention (
    kind  text primary key check (kind in ('readings', 'parked', 'clock_jumps', 'thinned')),
    days  integer not null check (days > 0)
);
comment on table telemetry.retention is
    'Records of a kind older than this may be dropped; a kind that is not here is kept for ever.';
select audit.watch('telemetry.retention', 'kind');

create table erp.legal_hold (
    legal_hold_id  bigint generated always as identity primary key,
    cause          text not null check (cause in ('legal', 'recall')),
    words          text not null check (words <> ''),
    since          timestamptz not null,
    placed_at      timestamptz not null default clock_timestamp(),
    placed_by      text not null,
    released_at    timestamptz,
    released_by    text,
    released_why   text,
    constraint legal_hold_released_by_a_person check (num_nonnulls(released_at, released_by, released_why) in (0, 3))
);
comment on column erp.legal_hold.since is 'Records from then on stay while the hold is open.';
select audit.watch('erp.legal_hold', 'legal_hold_id');

-- What needs the records of its time, from when on, and in words why.
create view erp.needs_records as
select least(receipt.arrived_at, (select min(evidence.since)
                                   from erp.claim_line line join erp.claim_evidence evidence using (claim_line_id)
                                   where line.claim_id = claim.claim_id)) as since,
       'claim ' || claim.code || ' is open' as words
from erp.claim claim
join erp.goods_receipt receipt using (receipt_id)
where claim.state <> 'closed'
union all
select since, cause || ' hold ' || legal_hold_id || ': ' || words
from erp.legal_hold
where released_at is null
union all
select min(lower(stay.during)), 'lot ' || lot.code || ' is still with us'
from binding.stock_unit unit
join erp.lot lot using (lot_id)
join binding.stay stay using (unit_id)
where exists (select from binding.stay last where last.unit_id = unit.unit_id and upper_inf(last.during))
  and coalesce((select sum(change.delta) from binding.quantity_change change
                where change.unit_id = unit.unit_id
                  and not exists (select from binding.cancellation where movement_id = change.movement_id)), 0) > 0
group by lot.code;
