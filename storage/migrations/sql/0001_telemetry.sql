-- Telemetry: what sensors measured, and how it came to us.

create extension if not exists btree_gist;
create extension if not exists ltree;

-- Microseconds since 1970, as the programs count time; an end that is open is later than everything.
create function public.micros(at timestamptz) returns bigint language sql immutable parallel safe
return case when at is null then 4611686018427387904 else (extract(epoch from at) * 1000000)::bigint end;

create function public.at_micros(at bigint) returns timestamptz language sql immutable parallel safe
return case when at < 4611686018427387904 then timestamptz '1970-01-01 00:00:00Z' + at * interval '1 microsecond' end;

create function public.span(since bigint, until bigint) returns tstzrange language sql immutable parallel safe
return tstzrange(public.at_micros(since), public.at_micros(until));

create schema telemetry;

create table telemetry.sensor (
    sensor_id      integer generated always as identity primary key,
    name           text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9:._-]*$'),
    model          text not null default '',
    registered_at  timestamptz not null default clock_timestamp()
);
comment on table telemetry.sensor is 'A device that measures; its name is what it calls itself.';

create table telemetry.series (
    series_id  integer generated always as identity primary key,
    sensor_id  integer not null references telemetry.sensor,
    quantity   text not null check (quantity in
                   ('temperature', 'humidity', 'battery', 'battery_level', 'door', 'light', 'signal')),
    unit       text not null,
    max_gap    interval not null default interval '15 minutes' check (max_gap > interval '0'),
    unique (sensor_id, quantity)
);
comment on column telemetry.series.max_gap is
    'Two readings further apart than this leave the time between them unmonitored.';

-- No foreign key on the hot table: ingest resolves every series from the registry before it writes.
create table telemetry.reading (
    series_id  integer not null,
    time       timestamptz not null,
    value      double precision not null check (value between -1e6 and 1e6),
    quality    smallint not null default 0,
    primary key (series_id, time)
);
comment on column telemetry.reading.quality is
    'Bit set: 1 late, 2 out of range, 4 stuck, 8 spike, 16 clock suspect, 32 device flagged, 64 calibration overdue.';

create table telemetry.gateway_epoch (
    site            text not null,
    gateway         text not null,
    epoch           bigint not null,
    committed       int8multirange not null default '{}',
    first_seen_at   timestamptz not null default clock_timestamp(),
    last_commit_at  timestamptz not null default clock_timestamp(),
    primary key (site, gateway, epoch)
);
comment on column telemetry.gateway_epoch.committed is
    'Numbers of the batches whose readings are stored: redelivery is recognised here, holes are visible.';

create table telemetry.parked (
    parked_id    bigint generated always as identity primary key,
    parked_at    timestamptz not null default clock_timestamp(),
    topic        text not null,
    code         text not null check (code in
                     ('undecodable', 'unknown_topic', 'unknown_series', 'unit_mismatch', 'future', 'not_a_value',
                      'contradiction')),
    reason       text not null,
    records      integer not null check (records > 0),
    format       text not null check (format in ('raw', 'columns')),
    payload      bytea not null
);
comment on table telemetry.parked is
    'What could not be stored, whole and with the reason, until somebody replays or discards it.';
comment on column telemetry.parked.format is
    'raw: the message as it came. columns: a frame body that holds just the parked records.';
