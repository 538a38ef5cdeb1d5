-- Rules: profiles, runs beyond a limit, and the verdicts on stock units.

create schema rules;

create table rules.profile (
    profile_id   integer generated always as identity primary key,
    name         text not null,
    version      integer not null check (version > 0),
    title        text not null,
    source       text not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    unique (name, version)
);

create table rules.rule (
    rule_id      integer generated always as identity primary key,
    profile_id   integer not null references rules.profile,
    name         text not null,
    kind         text not null check (kind in ('single', 'cumulative', 'immediate')),
    side         text not null check (side in ('above', 'below')),
    limit_value  double precision not null,
    tolerance    interval not null check (tolerance >= interval '0'),
    window_size  interval check (window_size > interval '0'),
    severity     text not null check (severity in ('notice', 'minor', 'major', 'critical')),
    unique (profile_id, name),
    constraint rule_immediate_tolerates_nothing check (kind <> 'immediate' or tolerance = interval '0'),
    constraint rule_only_sums_have_windows check (kind = 'cumulative' or window_size is null)
);
comment on column rules.rule.tolerance is 'How long the unit may be beyond the limit before the rule is broken.';
comment on column rules.rule.window_size is 'cumulative: the trailing window the time is summed over; null is the whole life.';

-- What ingest leaves for the judges: the stretch of a series that has new readings.
create table rules.due (
    due_id        bigint generated always as identity primary key,
    series_id     integer not null,
    since         timestamptz not null,
    until         timestamptz not null,
    published_at  timestamptz
);
create index due_by_series on rules.due (series_id);

-- What binding leaves for the judges: a unit whose exposure changed.
create table rules.due_unit (
    due_id   bigint generated always as identity primary key,
    unit_id  bigint not null references binding.stock_unit
);

create index due_unit_by_unit on rules.due_unit (unit_id);

create table rules.signal (
    series_id  integer primary key references telemetry.series,
    first_at   timestamptz not null,
    last_at    timestamptz not null
);
comment on table rules.signal is 'How far a series has been judged; its row is the lock of the series.';

create table rules.gap (
    series_id   integer not null references telemetry.series,
    started_at  timestamptz not null,
    ended_at    timestamptz not null check (ended_at > started_at),
    primary key (series_id, started_at)
);
comment on table rules.gap is 'Unmonitored time between two readings further apart than the series'' max_gap.';

create table rules.watch (
    series_id    integer not null references telemetry.series,
    side         text not null check (side in ('above', 'below')),
    limit_value  double precision not null,
    primary key (series_id, side, limit_value)
);
comment on table rules.watch is 'The limits that matter for a series, because a unit judged by them was exposed to it.';

create table rules.run (
    series_id    integer not null,
    side         text not null,
    limit_value  double precision not null,
    started_at   timestamptz not null,
    ended_at     timestamptz not null check (ended_at >= started_at),
    peak         double precision not null,
    peak_at      timestamptz not null,
    primary key (series_id, side, limit_value, started_at),
    foreign key (series_id, side, limit_value) references rules.watch
);
comment on table rules.run is
    'A maximal time during which the monitored signal of a series was beyond a limit; both ends belong to it.';

create table rules.excursion (
    excursion_id    bigint generated always as identity primary key,
    unit_id         bigint not null references binding.stock_unit,
    rule_id         integer not null references rules.rule,
    started_at      timestamptz not null,
    breached_at     timestamptz not null check (breached_at >= started_at),
    ended_at        timestamptz,
    observed_until  timestamptz not null,
    beyond          tstzmultirange not null,
    peak            double precision not null,
    peak_at         timestamptz not null,
    series          integer[] not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    superseded_at   timestamptz,
    superseded_why  text,
    constraint excursion_superseded_with_reason check ((superseded_at is null) = (superseded_why is null))
);
create unique index excursion_current on rules.excursion (unit_id, rule_id, started_at) where superseded_at is null;
create index excursion_by_unit on rules.excursion (unit_id);
create index excursion_open on rules.excursion (unit_id) where ended_at is null and superseded_at is null;
comment on table rules.excursion is
    'The adverse verdict on a unit: one rule of its profile was broken. Superseded, never deleted.';
comment on column rules.excursion.ended_at is 'Null while no reading shows that it ended.';

create table rules.verdict (
    unit_id             bigint primary key references binding.stock_unit,
    profile_id          integer not null references rules.profile,
    state               text not null check (state in ('conforming', 'excursion', 'unmonitored')),
    judged_until        timestamptz,
    unmonitored         interval not null,
    judged_at           timestamptz not null default clock_timestamp()
);
create index verdict_unmonitored on rules.verdict (unit_id) where state = 'unmonitored';
comment on table rules.verdict is 'The standing of a unit when it was last judged; between judgements nothing changed it.';
