-- Places: what was told about them; where sensors were hung, moved and taken down; how they were calibrated.

alter table binding.location
    add column closed_at  timestamptz,
    add constraint location_has_a_name check (name <> '');
comment on column binding.location.closed_at is 'Not in use since then: nothing new goes there.';

create table binding.location_told (
    told_id      bigint generated always as identity primary key,
    location_id  integer not null references binding.location,
    name         text not null,
    kind         text not null,
    needed       smallint,
    recorded_at  timestamptz not null default now(),
    recorded_by  text not null
);
create index location_told_by_location on binding.location_told (location_id, recorded_at);
comment on table binding.location_told is
    'Everything ever told about a place; the newest is in location, an older one answers what was known then.';

create table binding.placing (
    placing_id        bigint generated always as identity primary key,
    sensor_id         integer not null references telemetry.sensor,
    location_id       integer references binding.location,
    handling_unit_id  bigint references binding.handling_unit,
    occurred_at       timestamptz not null,
    recorded_at       timestamptz not null default now(),
    recorded_by       text not null,
    constraint placing_at_one_place check (num_nonnulls(location_id, handling_unit_id) <= 1)
);
create index placing_by_sensor on binding.placing (sensor_id, occurred_at);
create index placing_by_location on binding.placing (location_id) where location_id is not null;
create index placing_by_handling_unit on binding.placing (handling_unit_id) where handling_unit_id is not null;
comment on table binding.placing is
    'A sensor was hung at a place or put into a handling unit; taken down when it is neither.';

create table binding.placing_cancellation (
    placing_id   bigint primary key references binding.placing,
    recorded_at  timestamptz not null default now(),
    recorded_by  text not null,
    reason       text not null check (reason <> ''),
    replaced_by  bigint references binding.placing
);
comment on table binding.placing_cancellation is
    'A placing that did not happen as it was told; `replaced_by` is how it did. Neither is ever deleted.';

comment on table binding.placement is 'Projection of the placings, written in the same transaction as they are.';

-- What hung until now was told by a row of its own each time; where one ended, the next one began.
insert into binding.placing (sensor_id, location_id, handling_unit_id, occurred_at, recorded_at, recorded_by)
select sensor_id, location_id, handling_unit_id, lower(during), recorded_at, recorded_by
from binding.placement
where not lower_inf(during);
insert into binding.placing (sensor_id, occurred_at, recorded_at, recorded_by)
select p.sensor_id, upper(p.during), p.recorded_at, p.recorded_by
from binding.placement p
where not upper_inf(p.during)
    and not exists (
        select from binding.placement following
        where following.sensor_id = p.sensor_id and lower(following.during) = upper(p.during)
    );
insert into binding.location_told (location_id, name, kind, needed, recorded_at, recorded_by)
select location_id, name, kind, needed, '-infinity', 'migration' from binding.location;

create table binding.calibration (
    calibration_id  bigint generated always as identity primary key,
    sensor_id       integer not null references telemetry.sensor,
    calibrated_on   date not null,
    offset_k        numeric(7, 4) not null,
    due_on          date not null,
    certificate     text not null check (certificate <> ''),
    recorded_at     timestamptz not null default now(),
    recorded_by     text not null,
    constraint calibration_is_due_later check (due_on > calibrated_on)
);
create index calibration_by_sensor on binding.calibration (sensor_id, calibrated_on);
comment on table binding.calibration is
    'What a certificate says of a sensor; of two told for one day the newer one counts.';
comment on column binding.calibration.offset_k is
    'What the sensor showed more than the reference; it is not applied to readings.';
