-- Rules of every kind: means, changes, silence, freezing and thawing; and which version judges a lot.
-- Stop the judges of the release before first: what is due waits for those of this one.

alter table rules.rule
    drop constraint rule_kind_check,
    add constraint rule_kind_check check (kind in (
        'single', 'cumulative', 'immediate', 'mkt', 'rate', 'silence', 'freeze_thaw', 'device_alarm')),
    drop constraint rule_only_sums_have_windows,
    add column stretch         interval check (stretch > interval '0'),
    add column hysteresis      double precision not null default 0 check (hysteresis >= 0),
    add column ignore_first    interval not null default interval '0' check (ignore_first >= interval '0'),
    add column scope           text not null default 'unit' check (scope in ('unit', 'location')),
    add column thaw_value      double precision check (thaw_value >= limit_value),
    add column times           integer not null default 1 check (times > 0),
    add column least_monitored double precision not null default 0.5
        check (least_monitored > 0 and least_monitored <= 1),
    add column dh_r            double precision not null default 10000 check (dh_r > 0),
    add constraint rule_windows_are_of_sums_and_means check (
        case kind when 'mkt' then window_size is not null when 'cumulative' then true else window_size is null end),
    add constraint rule_rates_are_over_a_stretch check ((kind = 'rate') = (stretch is not null)),
    add constraint rule_thaws_above check ((kind = 'freeze_thaw') = (thaw_value is not null));
comment on column rules.rule.limit_value is
    'degC; of kind rate degC/h, negative when falling; of kind silence hours.';
comment on column rules.rule.window_size is
    'The trailing window: of a sum (null is the whole life), and of a mean kinetic temperature.';
comment on column rules.rule.stretch is 'rate: the change is measured over so long.';
comment on column rules.rule.hysteresis is 'An episode ends only so far within the limit, in its unit.';
comment on column rules.rule.ignore_first is
    'What a series says is not asked so long after it came to the goods, or they to it.';
comment on column rules.rule.thaw_value is 'freeze_thaw: frozen goods are thawed above so many degC.';
comment on column rules.rule.times is 'freeze_thaw: broken by the so-manieth time.';
comment on column rules.rule.least_monitored is 'mkt: the share of the window that must have been monitored.';
comment on column rules.rule.dh_r is 'mkt: activation energy over the gas constant, K.';

-- A watched line may be one of the change over a stretch, or end episodes only.
alter table rules.run drop constraint run_pkey;
alter table rules.run drop constraint run_series_id_side_limit_value_fkey;
alter table rules.watch
    drop constraint watch_pkey,
    add column stretch   interval not null default interval '0' check (stretch >= interval '0'),
    add column tells     boolean not null default true,
    add column averaged  boolean not null default false,
    add primary key (series_id, side, limit_value, stretch);
alter table rules.run
    add column stretch  interval not null default interval '0',
    add primary key (series_id, side, limit_value, stretch, started_at),
    add foreign key (series_id, side, limit_value, stretch) references rules.watch;
comment on column rules.watch.stretch is
    'The line is one of the temperature, degC, when zero; else of its change over so long, degC/h.';
comment on column rules.watch.tells is 'False: being beyond it changes no verdict, it only ends no episode.';
comment on column rules.watch.averaged is 'Readings that come late matter also within the line: means are taken.';

alter table rules.signal
    add column lowest   double precision,
    add column highest  double precision,
    add constraint signal_range_is_whole check ((lowest is null) = (highest is null));
comment on column rules.signal.lowest is
    'No reading of the longest watched stretch before last_at was lower; null when no change is watched.';

create table rules.patience (
    series_id  integer not null references telemetry.series,
    patience   interval not null check (patience > interval '0'),
    told_at    timestamptz,
    primary key (series_id, patience)
);
comment on table rules.patience is 'After so long without a reading somebody has to be asked about the goods near it.';
comment on column rules.patience.told_at is 'The last reading before the silence that was told of.';

alter table rules.due_unit add column moved boolean not null default true;
comment on column rules.due_unit.moved is 'False: judged again for another reason than a movement or placement.';

alter table rules.excursion add column measured double precision;
-- Two means may be too high because of the same warm hour, but not from the same instant on.
drop index rules.excursion_current;
create unique index excursion_current on rules.excursion (unit_id, rule_id, breached_at) where superseded_at is null;
comment on column rules.excursion.peak is
    'The worst measure, in the unit of the rule''s limit; of mkt and freeze_thaw the worst temperature.';
comment on column rules.excursion.measured is
    'What is held against the limit: mkt the highest mean, freeze_thaw the count, else the peak. '
    'Null: recorded before this was kept, then it is the peak.';

alter table rules.verdict
    add column look_from  timestamptz,
    add column wake_at    timestamptz;
create index verdict_looked_into on rules.verdict (look_from) where look_from is not null;
create index verdict_waking on rules.verdict (wake_at) where wake_at is not null;
comment on column rules.verdict.look_from is
    'From this instant on readings within every limit may change the verdict, because a mean is taken.';
comment on column rules.verdict.wake_at is 'When the clock alone may change the verdict, because nothing is heard.';

create table rules.adoption (
    adoption_id      integer generated always as identity primary key,
    product_id       integer not null references erp.product,
    profile_id       integer not null references rules.profile,
    was_profile_id   integer not null references rules.profile,
    judges_again     boolean not null,
    recorded_at      timestamptz not null default clock_timestamp(),
    recorded_by      text not null
);
create index adoption_by_product on rules.adoption (product_id, adoption_id);
comment on table rules.adoption is
    'A product moved to another profile version: for the lots received from then on, or for all of them.';

-- The profile a lot is judged by: the newest that was adopted for it, else the product's first one.
create function rules.profile_of_lot(lot bigint) returns integer
language sql stable parallel safe
as $$
    select coalesce(
        (select adopted.profile_id
         from rules.adoption adopted
         where adopted.product_id = l.product_id
             and (adopted.judges_again or adopted.recorded_at <= receipt.recorded_at)
         order by adopted.adoption_id desc limit 1),
        (select adopted.was_profile_id
         from rules.adoption adopted
         where adopted.product_id = l.product_id
         order by adopted.adoption_id limit 1),
        product.profile_id)
    from erp.lot l
    join erp.product product using (product_id)
    join erp.goods_receipt receipt using (receipt_id)
    where l.lot_id = lot
$$;
