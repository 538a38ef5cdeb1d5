-- Audit: an append-only chain, each record carrying the hash of the one before it.

create schema audit;

create table audit.record (
    record_id      bigint primary key,
    recorded_at    timestamptz not null,
    actor          text not null check (actor <> ''),
    action         text not null check (action <> ''),
    subject        text not null check (subject <> ''),
    detail         text not null check (json_typeof(detail::json) = 'object'),
    previous_hash  bytea not null,
    hash           bytea not null
);
create index record_by_subject on audit.record (subject);

create table audit.head (
    only_one   boolean primary key default true check (only_one),
    record_id  bigint not null,
    hash       bytea not null
);
insert into audit.head (record_id, hash) values (0, '\x');

create function audit.link(
    previous_hash bytea, record_id bigint, recorded_at timestamptz,
    actor text, action text, subject text, detail text
) returns bytea language sql immutable
return sha256(
    previous_hash || convert_to(
        jsonb_build_array(record_id, (extract(epoch from recorded_at) * 1000000)::bigint, actor, action, subject, detail)::text,
        'UTF8'
    )
);

create function audit.append(actor text, action text, subject text, detail text)
returns bigint language plpgsql as $$
declare
    before audit.head;
    id bigint;
    at timestamptz;
    linked bytea;
begin
    select * into strict before from audit.head for update;
    id := before.record_id + 1;
    at := clock_timestamp();
    linked := audit.link(before.hash, id, at, actor, action, subject, detail);
    insert into audit.record (record_id, recorded_at, actor, action, subject, detail, previous_hash, hash)
    values (id, at, actor, action, subject, detail, before.hash, linked);
    update audit.head set record_id = id, hash = linked;
    return id;
end
$$;

create function audit.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit chain is append-only: % is refused', tg_op;
end
$$;

create trigger record_is_append_only before update or delete or truncate on audit.record
    for each statement execute function audit.refuse();
create trigger head_stays before delete or truncate on audit.head
    for each statement execute function audit.refuse();
