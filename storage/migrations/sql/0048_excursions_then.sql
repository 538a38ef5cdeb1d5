-- What was known of an excursion then: it grows in place, and so does its split by custody; here is what both were.

create table rules.excursion_change (
    excursion_change_id  bigint generated always as identity primary key,
    excursion_id         bigint not null references rules.excursion,
    started_at           timestamptz not null,
    breached_at          timestamptz not null,
    ended_at             timestamptz,
    observed_until       timestamptz not null,
    beyond               tstzmultirange not null,
    peak                 double precision not null,
    peak_at              timestamptz not null,
    series               integer[] not null,
    measured             double precision,
    recorded_at          timestamptz not null default clock_timestamp()
);
create index excursion_change_by_excursion on rules.excursion_change (excursion_id, recorded_at);
comment on table rules.excursion_change is
    'What an excursion was until recorded_at, when it grew or ended, or an end turned out to be none; append-only.';

create function rules.note_excursions() returns trigger language plpgsql as $$
begin
    insert into rules.excursion_change (excursion_id, started_at, breached_at, ended_at, observed_until, beyond,
                                        peak, peak_at, series, measured)
    select was.excursion_id, was.started_at, was.breached_at, was.ended_at, was.observed_until, was.beyond,
           was.peak, was.peak_at, was.series, was.measured
    from was
    join became using (excursion_id)
    where (was.started_at, was.breached_at, was.ended_at, was.observed_until, was.beyond, was.peak, was.peak_at,
           was.series, was.measured)
        is distinct from (became.started_at, became.breached_at, became.ended_at, became.observed_until,
                          became.beyond, became.peak, became.peak_at, became.series, became.measured)
    order by was.excursion_id;
    return null;
end
$$;
create trigger excursion_is_kept after update on rules.excursion
    referencing old table as was new table as became
    for each statement execute function rules.note_excursions();

create table erp.hold_excursion_change (
    hold_excursion_change_id  bigint generated always as identity primary key,
    hold_id                   bigint not null,
    excursion_id              bigint not null,
    supplier_seconds          double precision not null,
    carrier_seconds           double precision not null,
    own_seconds               double precision not null,
    customer_seconds          double precision not null,
    reason                    text not null,
    recorded_at               timestamptz not null default clock_timestamp(),
    foreign key (hold_id, excursion_id) references erp.hold_excursion
);
create index hold_excursion_change_by_excursion on erp.hold_excursion_change (hold_id, excursion_id, recorded_at);
comment on table erp.hold_excursion_change is
    'How an excursion was split by custody until recorded_at, when it was split anew; append-only.';

create function erp.note_split() returns trigger language plpgsql as $$
begin
    insert into erp.hold_excursion_change
        (hold_id, excursion_id, supplier_seconds, carrier_seconds, own_seconds, customer_seconds, reason)
    values (old.hold_id, old.excursion_id, old.supplier_seconds, old.carrier_seconds, old.own_seconds,
            old.customer_seconds, old.reason);
    return null;
end
$$;
create trigger split_is_kept after update on erp.hold_excursion
    for each row
    when ((old.supplier_seconds, old.carrier_seconds, old.own_seconds, old.customer_seconds, old.reason)
          is distinct from
          (new.supplier_seconds, new.carrier_seconds, new.own_seconds, new.customer_seconds, new.reason))
    execute function erp.note_split();

create trigger excursion_change_is_append_only before update or delete on rules.excursion_change
    for each statement execute function erp.refuse_rewriting();
create trigger hold_excursion_change_is_append_only before update or delete on erp.hold_excursion_change
    for each statement execute function erp.refuse_rewriting();
