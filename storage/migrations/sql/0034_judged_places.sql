-- Judged places: which profile versions judge a place itself, whatever stands there, and what they found.

create table rules.place_profile (
    place_profile_id  bigint generated always as identity primary key,
    location_id       integer not null references binding.location,
    profile_id        integer not null references rules.profile,
    since             timestamptz not null,
    until             timestamptz check (until >= since),
    told_by           text not null,
    told_at           timestamptz not null default clock_timestamp(),
    ended_by          text,
    constraint place_profile_ended_by_somebody check ((until is null) = (ended_by is null))
);
create index place_profile_by_location on rules.place_profile (location_id);
comment on table rules.place_profile is
    'The rules with scope location of this profile version judge this place from since until until.';

create table rules.due_place (
    due_id            bigint generated always as identity primary key,
    place_profile_id  bigint not null references rules.place_profile,
    moved             boolean not null
);
comment on table rules.due_place is 'Places that have to be judged again; moved: their sensors, or what judges them, changed.';

create table rules.place_excursion (
    place_excursion_id  bigint generated always as identity primary key,
    place_profile_id    bigint not null references rules.place_profile,
    rule_id             integer not null references rules.rule,
    started_at          timestamptz not null,
    breached_at         timestamptz not null check (breached_at >= started_at),
    ended_at            timestamptz,
    observed_until      timestamptz not null,
    beyond              tstzmultirange not null,
    peak                double precision not null,
    peak_at             timestamptz not null,
    series              integer[] not null,
    measured            double precision not null,
    recorded_at         timestamptz not null default clock_timestamp(),
    superseded_at       timestamptz,
    superseded_why      text,
    constraint place_excursion_superseded_with_reason check ((superseded_at is null) = (superseded_why is null))
);
create unique index place_excursion_current on rules.place_excursion (place_profile_id, rule_id, breached_at)
    where superseded_at is null;
create index place_excursion_open on rules.place_excursion (place_profile_id)
    where ended_at is null and superseded_at is null;
comment on table rules.place_excursion is
    'The adverse verdict on a place: it holds no goods and claims nothing. Superseded, never deleted.';

create table rules.place_verdict (
    place_profile_id  bigint primary key references rules.place_profile,
    judged_until      timestamptz,
    look_from         timestamptz,
    wake_at           timestamptz,
    judged_at         timestamptz not null default clock_timestamp()
);
create index place_verdict_waking on rules.place_verdict (wake_at) where wake_at is not null;
comment on table rules.place_verdict is 'How far a place is judged, and when it has to be judged again, as rules.verdict.';

create table rules.alert_place_excursion (
    alert_id            bigint not null references rules.alert,
    place_excursion_id  bigint not null references rules.place_excursion,
    primary key (alert_id, place_excursion_id)
);
create index alert_place_excursion_by_excursion on rules.alert_place_excursion (place_excursion_id);

alter table rules.alert
    drop constraint alert_cause_check,
    add constraint alert_cause_check check (cause in
        ('excursion', 'place', 'warning', 'sensor_fault', 'disagreement', 'calibration', 'battery', 'clock',
         'silent_gateway'));

select audit.watch('rules.place_profile', 'place_profile_id');

-- A sum over the life of a place is no stability budget of goods.
create or replace view rules.budget_allowed as
    select w.rule_id, w.number, w.start_value, w.end_value, w.allowed, b.warn_at
    from rules.budget_range w
    join rules.budget b using (rule_id)
    union all
    select r.rule_id, 1::smallint, r.limit_value, null, r.tolerance, 0.8
    from rules.rule r
    where r.kind = 'cumulative' and r.window_size is null and r.scope = 'unit'
        and not exists (select from rules.budget b where b.rule_id = r.rule_id);
