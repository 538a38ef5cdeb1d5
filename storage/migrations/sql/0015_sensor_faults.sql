-- Faults of sensors: what a sensor can measure, and the stretches of readings that are no evidence.

create table rules.sensor_limits (
    series_id     integer primary key references telemetry.series,
    lowest        double precision not null default '-infinity',
    highest       double precision not null default 'infinity',
    error_values  double precision[] not null default '{}',
    max_step      double precision not null default 'infinity' check (max_step > 0),
    max_rate      double precision not null default 0 check (max_rate >= 0),
    stuck_after   interval check (stuck_after > interval '0'),
    stuck_levels  integer not null default 5 check (stuck_levels >= 0),
    told_by       text,
    told_at       timestamptz not null default clock_timestamp(),
    constraint sensor_limits_leave_room check (lowest < highest)
);
comment on table rules.sensor_limits is
    'What the readings of a series can be; from the catalog of models unless somebody told otherwise (told_by).';
comment on column rules.sensor_limits.error_values is 'Values with which the sensor reports a fault, such as 85 of a DS18B20.';
comment on column rules.sensor_limits.max_step is
    'A reading further than this from both neighbours, and faster than max_rate a minute, is not believed.';
comment on column rules.sensor_limits.stuck_after is 'Repeating one value for so long is being stuck; null: never.';
comment on column rules.sensor_limits.stuck_levels is
    'So many steps of its scale the value must have gone up and down in each quarter of the time before; 0: none.';

create table rules.sensor_fault (
    series_id   integer not null references telemetry.series,
    started_at  timestamptz not null,
    ended_at    timestamptz not null check (ended_at >= started_at),
    kind        text not null check (kind in ('out_of_range', 'stuck', 'spike', 'jump', 'unconfirmed')),
    lowest      double precision not null,
    highest     double precision not null check (highest >= lowest),
    found_at    timestamptz not null default clock_timestamp(),
    primary key (series_id, started_at)
);
create index sensor_fault_by_end on rules.sensor_fault (series_id, ended_at);
comment on table rules.sensor_fault is
    'The readings of a series from started_at to ended_at, both included, are no evidence; a pure function of all '
    'its readings and its limits. unconfirmed: the newest reading, until the next one speaks for or against it.';

alter table rules.signal
    alter column first_at drop not null,
    alter column last_at drop not null,
    add column newest_at       timestamptz,
    add column newest_lowest   double precision,
    add column newest_highest  double precision,
    add column steady_since    timestamptz,
    add column steady_is_fine  boolean not null default false,
    add constraint signal_is_whole check ((first_at is null) = (last_at is null));
comment on column rules.signal.last_at is 'The last reading that is evidence; null, like first_at, while there is none.';
comment on column rules.signal.newest_at is 'The newest reading looked at, evidence or not.';
comment on column rules.signal.newest_lowest is 'Lowest of the readings that came last; newest_highest the highest.';
comment on column rules.signal.steady_since is 'The value may be the same since then, not since earlier.';
comment on column rules.signal.steady_is_fine is 'The value is known to be the same since then, and that is no fault.';
