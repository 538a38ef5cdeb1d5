-- Travelling loggers: their files as they came, what the devices say, and which goods they went with.

create table binding.logger_file (
    file_id        bigint generated always as identity primary key,
    sensor_id      integer not null references telemetry.sensor,
    name           text not null,
    digest         bytea not null unique check (digest = sha256(content)),
    content        bytea not null,
    mapping        text,
    zone           text not null,
    form           text not null check (form in ('qtag', 'fridge-tag', 'csv')),
    model          text not null,
    started_at     timestamptz not null,
    stopped_at     timestamptz not null check (stopped_at > started_at),
    step           interval check (step > interval '0'),
    readings       integer not null check (readings >= 0),
    missing        integer not null check (missing >= 0),
    settings       jsonb not null,
    marks          jsonb not null,
    recorded_at    timestamptz not null default now(),
    recorded_by    text not null
);
create index logger_file_by_sensor on binding.logger_file (sensor_id);
comment on table binding.logger_file is 'A logger''s file, byte for byte, and what was read from it.';
comment on column binding.logger_file.digest is 'SHA-256 of the content: the same file is known when it comes again.';
comment on column binding.logger_file.step is 'The set time between readings; null where the device logs none.';

create table binding.logger_figure (
    file_id    bigint not null references binding.logger_file,
    number     integer not null check (number > 0),
    name       text not null,
    unit       text not null check (unit in ('degC', 'min')),
    device     double precision not null,
    ours       double precision,
    tolerance  double precision not null check (tolerance >= 0),
    primary key (file_id, number)
);
comment on table binding.logger_figure is
    'What the device computed, beside what we compute from its readings; ours is null where it logged none.';

create table binding.logger_travel (
    travel_id         bigint generated always as identity primary key,
    file_id           bigint not null references binding.logger_file,
    sensor_id         integer not null references telemetry.sensor,
    unit_id           bigint references binding.stock_unit,
    handling_unit_id  bigint references binding.handling_unit,
    during            tstzrange not null check (not isempty(during)),
    recorded_at       timestamptz not null default now(),
    recorded_by       text not null,
    constraint logger_travel_with_one_thing check (num_nonnulls(unit_id, handling_unit_id) = 1)
);
create index logger_travel_by_unit on binding.logger_travel (unit_id) where unit_id is not null;
create index logger_travel_by_handling_unit on binding.logger_travel (handling_unit_id)
    where handling_unit_id is not null;
create index logger_travel_by_sensor on binding.logger_travel using gist (sensor_id, during);
comment on table binding.logger_travel is
    'A logger went with a stock unit, and spoke for it wherever it was, also before it came to us; or with a '
    'handling unit, and spoke for what was inside.';

create table binding.logger_travel_cancellation (
    travel_id    bigint primary key references binding.logger_travel,
    recorded_at  timestamptz not null default now(),
    recorded_by  text not null,
    reason       text not null check (reason <> '')
);

-- An alarm that a device raised by itself is a rule that no profile has.
alter table rules.rule
    alter column profile_id drop not null,
    drop constraint rule_kind_check,
    add constraint rule_kind_check check (kind in ('single', 'cumulative', 'immediate', 'device_alarm')),
    add constraint rule_device_alarm_has_no_profile check ((profile_id is null) = (kind = 'device_alarm'));
create unique index rule_of_devices on rules.rule (name) where profile_id is null;

create table rules.device_alarm (
    alarm_id        bigint generated always as identity primary key,
    series_id       integer not null references telemetry.series,
    rule_id         integer not null references rules.rule,
    in_sum          boolean not null,
    started_at      timestamptz not null,
    alarmed_at      timestamptz not null check (alarmed_at >= started_at),
    ended_at        timestamptz check (ended_at >= alarmed_at),
    observed_until  timestamptz not null check (observed_until >= alarmed_at),
    counted         interval not null check (counted >= interval '0'),
    peak            double precision,
    peak_at         timestamptz,
    recorded_at     timestamptz not null default now(),
    constraint device_alarm_peak_is_whole check ((peak is null) = (peak_at is null)),
    constraint device_alarm_told_once unique (series_id, rule_id, started_at, observed_until, counted)
);
comment on table rules.device_alarm is
    'An alarm as the device recorded it; a later report of the same alarm is a row of its own, and counts.';
comment on column rules.device_alarm.counted is 'How long it was beyond the limit, by the device''s own count.';
comment on column rules.device_alarm.in_sum is 'Raised by the sum of several times beyond the limit, not by one.';
