-- Sealed days: the readings of a series and a day in one row, because those of a series lie as far apart in
-- the table of readings as they came in. A projection: it may be emptied and is made again.

create table telemetry.sealed_day (
    series_id       integer not null,
    day             date not null,
    readings        integer not null check (readings > 0),
    received_until  timestamptz not null,
    times           bytea not null check (octet_length(times) = 8 * readings),
    measured        bytea not null check (octet_length(measured) = 8 * readings),
    qualities       bytea check (octet_length(qualities) = 2 * readings),
    sealed_at       timestamptz not null default clock_timestamp(),
    primary key (series_id, day)
);
alter table telemetry.sealed_day
    alter column times set storage external,
    alter column measured set storage external,
    alter column qualities set storage external;
comment on table telemetry.sealed_day is
    'Exactly the readings of a series on a day (UTC), in order of time, as columns of PostgreSQL''s binary format.';
comment on column telemetry.sealed_day.qualities is 'Null when all of them are 0.';
comment on column telemetry.sealed_day.received_until is 'When the last of them came: before that, less was known.';

create table telemetry.unsealed_day (
    day        date not null,
    series_id  integer not null,
    primary key (day, series_id)
);
comment on table telemetry.unsealed_day is 'Days that are to be sealed once they are over; none of them is sealed.';

create table telemetry.sealing (
    only_one      boolean primary key default true check (only_one),
    listed_until  date
);
insert into telemetry.sealing default values;
comment on column telemetry.sealing.listed_until is
    'All days before it were put on the list once; from then on whoever changes one puts it there again.';

-- Whoever changes readings of days gone by says so in the same transaction. The lock, shared among those and
-- not with the sealing, holds until they commit: what is sealed is either without the day or with all of it.
create function telemetry.unseal(series_ids integer[], days date[]) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(6201837);
    with listed as (
        insert into telemetry.unsealed_day (day, series_id)
        select distinct day, series_id
        from unnest(days, series_ids) as changed (day, series_id)
        order by day, series_id
        on conflict do nothing
        returning day, series_id
    )
    delete from telemetry.sealed_day s
    using listed
    where s.series_id = listed.series_id and s.day = listed.day;
end
$$;

create function telemetry.unseal_changed() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' then
        perform pg_advisory_xact_lock_shared(6201837);
        delete from telemetry.sealed_day;
        return null;
    end if;
    perform telemetry.unseal(array[old.series_id], array[(old.time at time zone 'UTC')::date]);
    if tg_op = 'UPDATE' and (new.series_id, new.time) <> (old.series_id, old.time) then
        perform telemetry.unseal(array[new.series_id], array[(new.time at time zone 'UTC')::date]);
    end if;
    return null;
end
$$;
create trigger reading_was_deleted after delete on telemetry.reading
    for each row when (old.time < now() - interval '6 hours') execute function telemetry.unseal_changed();
create trigger reading_was_changed after update on telemetry.reading
    for each row when (least(old.time, new.time) < now() - interval '6 hours')
    execute function telemetry.unseal_changed();
create trigger readings_were_emptied after truncate on telemetry.reading
    for each statement execute function telemetry.unseal_changed();
