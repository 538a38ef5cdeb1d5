-- Alerts: what somebody has to look at, from raised to resolved; early warnings and the patterns of places.

create function rules.rank(severity text) returns integer language sql immutable parallel safe
return array_position(array['notice', 'minor', 'major', 'critical'], severity);

create table rules.alert (
    alert_id          bigint generated always as identity primary key,
    cause             text not null check (cause in
                          ('excursion', 'warning', 'sensor_fault', 'disagreement', 'calibration', 'battery', 'clock',
                           'silent_gateway')),
    subject           text not null check (subject <> ''),
    place             text not null default '',
    severity          text not null check (severity in ('notice', 'minor', 'major', 'critical')),
    words             text not null check (words <> ''),
    advice            text not null default '',
    happened_at       timestamptz not null,
    last_at           timestamptz not null,
    occurrences       integer not null default 1 check (occurrences > 0),
    detected_at       timestamptz not null default clock_timestamp(),
    raised_at         timestamptz not null default now(),
    state             text not null default 'raised' check (state in ('raised', 'escalated', 'acknowledged', 'resolved')),
    level             smallint not null default 0 check (level between 0 and 9),
    escalated_at      timestamptz,
    acknowledged_at   timestamptz,
    acknowledged_by   text,
    acknowledged_why  text check (acknowledged_why <> ''),
    resolved_at       timestamptz,
    resolved_by       text,
    resolved_why      text check (resolved_why <> ''),
    constraint alert_acknowledged_with_comment check (
        num_nonnulls(acknowledged_at, acknowledged_by, acknowledged_why) in (0, 3)),
    constraint alert_resolved_with_reason check (
        num_nonnulls(resolved_at, resolved_by, resolved_why) = case state when 'resolved' then 3 else 0 end),
    constraint alert_raised_is_new check (
        state <> 'raised' or level = 0 and escalated_at is null and acknowledged_at is null),
    constraint alert_escalated_is_not_acknowledged check (
        state <> 'escalated' or level > 0 and escalated_at is not null and acknowledged_at is null),
    constraint alert_acknowledged_by_a_person check (state <> 'acknowledged' or acknowledged_at is not null),
    constraint alert_levels_are_escalations check ((level > 0) = (escalated_at is not null))
);
create unique index alert_open on rules.alert (cause, subject) where state <> 'resolved';
create index alert_by_subject on rules.alert (cause, subject, resolved_at);
create index alert_by_time on rules.alert (detected_at);
comment on table rules.alert is
    'What somebody has to look at. happened_at is the time of the device, detected_at when we found it.';
comment on column rules.alert.raised_at is 'When it was raised, or raised again because it became more severe.';
comment on column rules.alert.subject is 'Of what it tells; while it is open, more of the same joins it.';

create table rules.alert_excursion (
    alert_id      bigint not null references rules.alert,
    excursion_id  bigint not null references rules.excursion,
    primary key (alert_id, excursion_id)
);
create index alert_excursion_by_excursion on rules.alert_excursion (excursion_id);

create table rules.alert_step (
    step_id    bigint generated always as identity primary key,
    alert_id   bigint not null references rules.alert,
    at         timestamptz not null default clock_timestamp(),
    state      text not null,
    level      smallint not null default 0,
    severity   text not null,
    by         text not null,
    words      text not null default ''
);
create index alert_step_by_alert on rules.alert_step (alert_id, step_id);
comment on table rules.alert_step is 'Every step of an alert''s life, in order; none is ever changed.';

create table rules.escalation (
    severity  text primary key check (severity in ('notice', 'minor', 'major', 'critical')),
    after     interval check (after > interval '0'),
    told_by   text not null default 'migration',
    told_at   timestamptz not null default now()
);
comment on table rules.escalation is
    'How long an alert may wait for somebody before it goes up a level, again and again; null: it never does.';
insert into rules.escalation (severity, after)
values ('notice', null), ('minor', '4 hours'), ('major', '30 minutes'), ('critical', '15 minutes');

create table rules.disagreement (
    series_id   integer primary key references telemetry.series,
    since       timestamptz not null,
    difference  double precision not null
);
comment on table rules.disagreement is
    'A series that differs from its equally near neighbours, since when; becomes an alert when it goes on.';

alter table rules.sensor_limits add column low double precision;
comment on column rules.sensor_limits.low is 'A battery that shows less wants to be changed; null: nobody watches.';

create table rules.pattern (
    location_id  integer not null references binding.location,
    kind         text not null check (kind in ('door', 'defrost')),
    longest      interval not null check (longest > interval '0'),
    rise         double precision not null check (rise > 0),
    every        interval check (every > interval '0'),
    told_by      text not null,
    told_at      timestamptz not null default now(),
    primary key (location_id, kind),
    constraint pattern_leaves_time check (every is null or every > longest)
);
comment on table rules.pattern is
    'Short rises that belong to the work of a place: no notice and no early warning before they last longer.';
comment on column rules.pattern.rise is 'Kelvin above where it began; more is no such pattern.';

create table rules.forecast (
    series_id     integer not null references telemetry.series,
    side          text not null,
    limit_value   double precision not null,
    first_at      timestamptz not null,
    last_at       timestamptz not null,
    expected_at   timestamptz not null,
    seen          integer not null check (seen > 0),
    primary key (series_id, side, limit_value)
);
comment on table rules.forecast is 'Limits that a series seems to be heading for, as far as this was seen in a row.';
