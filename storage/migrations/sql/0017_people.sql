-- People: local accounts, and signatures that say who decided what, when and why.

create table erp.account (
    account_id       integer generated always as identity primary key,
    login            text not null unique check (login ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
    full_name        text not null check (full_name ~ '\S'),
    password_hash    text not null check (password_hash like '$argon2id$%'),
    password_set_at  timestamptz not null default clock_timestamp(),
    failures         integer not null default 0 check (failures >= 0),
    locked_until     timestamptz,
    recorded_at      timestamptz not null default clock_timestamp(),
    recorded_by      text not null,
    deactivated_at   timestamptz,
    deactivated_by   text,
    deactivated_why  text check (deactivated_why ~ '\S'),
    constraint account_deactivated_with_reason check (
        num_nonnulls(deactivated_at, deactivated_by, deactivated_why) in (0, 3))
);
comment on table erp.account is
    'A person who may sign. A login is given once and for ever: what it signed stays that person''s.';
comment on column erp.account.failures is 'Wrong passwords since the last right one.';

create function erp.keep_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.login = old.login then
        return new;
    end if;
    raise exception 'account % stays under its login: deactivate it instead', old.login;
end
$$;
create trigger account_is_for_ever before update of login or delete on erp.account
    for each row execute function erp.keep_account();

create table erp.signature (
    signature_id  bigint generated always as identity primary key,
    account_id    integer not null references erp.account,
    full_name     text not null check (full_name ~ '\S'),
    signed_at     timestamptz not null default clock_timestamp(),
    meaning       text not null check (meaning in
                      ('authorship', 'review', 'approval', 'retirement', 'decision', 'responsibility')),
    reason        text not null check (reason ~ '\S'),
    subject       text not null check (subject ~ '\S'),
    content       text not null,
    digest        bytea not null,
    constraint signature_is_of_its_content check (digest = sha256(convert_to(content, 'UTF8')))
);
create index signature_by_subject on erp.signature (subject);
create index signature_by_account on erp.signature (account_id);
comment on table erp.signature is
    'An electronic signature: made with the password entered again, bound to exactly what was signed.';
comment on column erp.signature.full_name is 'The signer''s name as it was then.';
comment on column erp.signature.subject is 'What was signed, as audit records name it.';
comment on column erp.signature.content is 'What was signed, whole, as canonical JSON.';

create function erp.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op);
end
$$;
create trigger signature_is_append_only before update or delete or truncate on erp.signature
    for each statement execute function erp.refuse_change();
