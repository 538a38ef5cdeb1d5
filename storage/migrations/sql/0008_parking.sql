-- When a reading came, what full spools thinned, how gateways' clocks go, how what was parked ended.

-- The table is made anew because the order of its columns decides how wide a row is: 64 bytes instead of 72.
alter table telemetry.reading rename to reading_before;
alter index telemetry.reading_pkey rename to reading_before_pkey;
create table telemetry.reading (
    series_id    integer not null,
    quality      smallint not null default 0,
    time         timestamptz not null,
    value        double precision not null check (value between -1e6 and 1e6),
    received_at  timestamptz not null default clock_timestamp(),
    gateway_at   timestamptz,
    primary key (series_id, time)
);
comment on column telemetry.reading.time is 'When it was measured, by the device''s clock.';
comment on column telemetry.reading.received_at is
    'When it came to the centre; readings older than this column have their own time here.';
comment on column telemetry.reading.gateway_at is
    'When its gateway took it in, by the gateway''s clock; null when no gateway said so.';
comment on column telemetry.reading.quality is
    'Bit set: 1 late, 2 out of range, 4 stuck, 8 spike, 16 clock suspect, 32 device flagged, 64 calibration overdue.';
do $$
begin
    if exists (select from pg_extension where extname = 'timescaledb') then
        perform create_hypertable('telemetry.reading', by_range('time', interval '7 days'));
    end if;
end
$$;
insert into telemetry.reading (series_id, quality, time, value, received_at)
select series_id, quality, time, value, time
from telemetry.reading_before;
drop table telemetry.reading_before;

-- Which quantities are measured, and in which unit each is kept, is told in kernel/units.py alone.
alter table telemetry.series
    drop constraint series_quantity_check,
    add constraint series_quantity_is_a_name check (quantity ~ '^[a-z][a-z0-9_]*$');

create table telemetry.thinned (
    site             text not null,
    gateway          text not null,
    epoch            bigint not null,
    seq              bigint not null,
    first_seq        bigint not null,
    last_seq         bigint not null check (last_seq >= first_seq),
    readings_before  bigint not null check (readings_before >= 0),
    readings_left    bigint not null check (readings_left >= 0),
    first_at         timestamptz,
    last_at          timestamptz,
    recorded_at      timestamptz not null default clock_timestamp(),
    primary key (site, gateway, epoch, seq, first_seq, last_seq)
);
comment on table telemetry.thinned is
    'A full spool: batch seq stands for those from first_seq to last_seq, which held readings_before. With '
    'readings_left = 0 they were dropped. A later fact with a wider range includes this one.';
comment on column telemetry.thinned.first_at is 'Time of the first reading that is left.';

-- How far a gateway has come, a minute ago and now: what was overtaken longer ago is missing, not on its way.
alter table telemetry.gateway_epoch
    add column overtaken     bigint not null default 0,
    add column marked        bigint not null default 0,
    add column marked_at     timestamptz not null default clock_timestamp(),
    add column filled_at     timestamptz;
comment on column telemetry.gateway_epoch.overtaken is
    'Numbers below this were overtaken by newer ones at least a minute before the last commit.';
comment on column telemetry.gateway_epoch.marked is 'One more than the highest number at marked_at; becomes overtaken.';
comment on column telemetry.gateway_epoch.filled_at is 'When a number below the highest came last: holes are being filled.';

create table telemetry.gateway_clock (
    site          text not null,
    gateway       text not null,
    clock_offset  bigint not null,
    offset_at     timestamptz not null,
    settles_at    timestamptz,
    above_since   timestamptz,
    above_lowest  bigint,
    published_at  timestamptz,
    primary key (site, gateway),
    constraint gateway_clock_above_is_whole check ((above_since is null) = (above_lowest is null))
);
comment on table telemetry.gateway_clock is
    'What is known of each gateway''s clock, as ingest/core/clock.py needs it for the next batch.';
comment on column telemetry.gateway_clock.clock_offset is
    'Microseconds by which the centre''s clock is ahead of the gateway''s; below zero when it is behind.';
comment on column telemetry.gateway_clock.published_at is 'When the newest batch was sent, by the gateway''s clock.';

create table telemetry.clock_jump (
    clock_jump_id  bigint generated always as identity primary key,
    site           text not null,
    gateway        text not null,
    seen_at        timestamptz not null,
    offset_before  interval,
    offset_after   interval not null
);
create index clock_jump_by_gateway on telemetry.clock_jump (site, gateway, seen_at);
comment on table telemetry.clock_jump is
    'A gateway''s clock was set, or was wrong when we first met it (offset_before is null). The offset is the '
    'centre''s clock minus the gateway''s.';

alter table telemetry.parked
    drop constraint parked_code_check,
    add constraint parked_code_is_known check (code in
        ('undecodable', 'unknown_topic', 'unknown_series', 'unit_mismatch', 'future', 'not_a_value',
         'contradiction', 'too_large')),
    add column received_at       timestamptz,
    add column gateway_at        timestamptz,
    add column quality           smallint not null default 0,
    add column sensor            text,
    add column quantity          text,
    add column digest            bytea,
    add column repeats           integer not null default 0 check (repeats >= 0),
    add column last_received_at  timestamptz,
    add column resolved_at       timestamptz,
    add column resolved_by       text,
    add column resolution        text check (resolution in ('replayed', 'discarded')),
    add column note              text not null default '',
    add constraint parked_resolution_is_whole check (num_nonnulls(resolved_at, resolved_by, resolution) in (0, 3)),
    add constraint parked_discarded_with_reason check (resolution is distinct from 'discarded' or note <> '');
update telemetry.parked
set received_at = parked_at,
    last_received_at = parked_at,
    sensor = substring(reason from '^(?:\w+ of )?sensor ''([^'']+)'''),
    quantity = coalesce(substring(reason from '^(\w+) of sensor '''), substring(reason from ' --quantity (\w+)$')),
    digest = sha256(convert_to(code || chr(10) || topic || chr(10), 'UTF8') || payload);
update telemetry.parked
set resolved_at = clock_timestamp(), resolved_by = 'coldbind', resolution = 'discarded',
    note = format('the same as parked record %s', first.parked_id)
from (select digest, min(parked_id) as parked_id from telemetry.parked group by digest) as first
where parked.digest = first.digest and parked.parked_id > first.parked_id;
update telemetry.parked
set repeats = again.times
from (select digest, count(*)::integer - 1 as times from telemetry.parked group by digest) as again
where parked.digest = again.digest and parked.resolved_at is null;
alter table telemetry.parked
    alter column received_at set not null,
    alter column last_received_at set not null,
    alter column digest set not null;
create unique index parked_waiting on telemetry.parked (digest) where resolved_at is null;
create index parked_waiting_by_code on telemetry.parked (code, parked_id) where resolved_at is null;
create index parked_waiting_by_sensor on telemetry.parked (sensor, parked_id) where resolved_at is null;
comment on table telemetry.parked is
    'What could not be stored, whole and with the reason. Replayed or discarded it stays, with how it ended.';
comment on column telemetry.parked.received_at is 'When it came: times in the payload may count from it.';
comment on column telemetry.parked.quality is 'What was known of its readings, as in telemetry.reading.';
comment on column telemetry.parked.sensor is 'Whose readings they are, when they all are of one sensor and quantity.';
comment on column telemetry.parked.digest is
    'SHA-256 over code, topic and payload: what comes again while it waits is counted in repeats, not parked twice.';
