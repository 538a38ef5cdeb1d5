-- Audit: who, when it was true, why, before and after, as columns; every changed row in the chain, whoever
-- changed it; readings under claim kept beside the archive they came from.

create view audit.told as
select record_id,
       recorded_at,
       coalesce(detail::json ->> 'occurred_at', detail::json ->> 'decided_at', detail::json ->> 'arrived_at')
           as occurred_at,
       actor,
       action,
       subject,
       coalesce(detail::json ->> 'why', detail::json ->> 'reason') as why,
       detail::json -> 'before' as before,
       detail::json -> 'after' as after,
       detail::json as detail
from audit.record;
comment on view audit.told is
    'The chain as columns. recorded_at is when it was known; occurred_at when it was true, as it was told.';

-- Triggers that fire for the owner too, and where triggers are told to rest (session_replication_role).
alter table audit.record enable always trigger record_is_append_only;
alter table audit.head enable always trigger head_stays;

create function audit.keep_head_forward() returns trigger language plpgsql as $$
begin
    if new.record_id < old.record_id
        or not exists (select from audit.record where record_id = new.record_id and hash = new.hash) then
        raise exception 'the head of the audit chain only goes forward, to a record that is there';
    end if;
    return new;
end
$$;
create trigger head_goes_forward before update on audit.head
    for each row execute function audit.keep_head_forward();
alter table audit.head enable always trigger head_goes_forward;

-- As before; and rows that a person's act changed are that person's, also what the machine does because of it.
create or replace function audit.append_all(actors text[], actions text[], subjects text[], details text[])
returns bigint language plpgsql as $$
declare
    newest audit.head;
    at timestamptz;
    linked bytea;
begin
    select * into strict newest from audit.head for update;
    for i in 1 .. coalesce(array_length(actors, 1), 0) loop
        at := clock_timestamp();
        linked := audit.link(newest.hash, newest.record_id + 1, at, actors[i], actions[i], subjects[i], details[i]);
        insert into audit.record (record_id, recorded_at, actor, action, subject, detail, previous_hash, hash)
        values (newest.record_id + 1, at, actors[i], actions[i], subjects[i], details[i], newest.hash, linked);
        newest.record_id := newest.record_id + 1;
        newest.hash := linked;
        if coalesce(current_setting('coldbind.actor', true), '') in ('', 'coldbind') then
            perform set_config('coldbind.actor', actors[i], true);
        end if;
    end loop;
    update audit.head set record_id = newest.record_id, hash = newest.hash;
    return newest.record_id;
end
$$;

-- At commit, after what the use case itself recorded: what was there before, what is there now. Whoever
-- changes a row without a use case is named by the database role.
create function audit.note_change() returns trigger language plpgsql as $$
declare
    was jsonb := to_jsonb(old);
    now_ jsonb := case when tg_op = 'UPDATE' then to_jsonb(new) end;
    key text := (select string_agg(was ->> name, '/' order by number)
                 from unnest(tg_argv) with ordinality as argument (name, number));
    told jsonb;
begin
    if tg_op = 'UPDATE' then
        select jsonb_build_object('before', jsonb_object_agg(field, value), 'after', jsonb_object_agg(field, now_ -> field))
        into told
        from jsonb_each(was) as one (field, value)
        where value is distinct from now_ -> field;
        if told -> 'before' = 'null' then
            return null;
        end if;
    else
        told := jsonb_build_object('before', was);
    end if;
    perform audit.append(
        coalesce(nullif(current_setting('coldbind.actor', true), ''), 'database role ' || session_user),
        case tg_op when 'UPDATE' then 'row changed' else 'row removed' end,
        format('%s.%s %s', tg_table_schema, tg_table_name, key),
        told::text);
    return null;
end
$$;

create function audit.watch(watched regclass, variadic keys text[]) returns void language plpgsql as $$
begin
    execute format(
        'create constraint trigger changes_are_audited after update or delete on %s deferrable initially deferred '
        'for each row execute function audit.note_change(%s)',
        watched, (select string_agg(quote_literal(key), ', ') from unnest(keys) key));
    execute format('alter table %s enable always trigger changes_are_audited', watched);
end
$$;
comment on function audit.watch is 'From now on every changed or removed row of a table is in the chain.';

select audit.watch('telemetry.sensor', 'sensor_id'),
       audit.watch('telemetry.series', 'series_id'),
       audit.watch('binding.location', 'path'),
       audit.watch('binding.stock_unit', 'unit_id'),
       audit.watch('binding.handling_unit', 'handling_unit_id'),
       audit.watch('binding.movement', 'movement_id'),
       audit.watch('binding.quantity_change', 'change_id'),
       audit.watch('rules.profile', 'profile_id'),
       audit.watch('rules.rule', 'rule_id'),
       audit.watch('erp.supplier', 'supplier_id'),
       audit.watch('erp.product', 'product_id'),
       audit.watch('erp.purchase_order', 'order_id'),
       audit.watch('erp.purchase_order_line', 'order_id', 'line'),
       audit.watch('erp.goods_receipt', 'receipt_id'),
       audit.watch('erp.lot', 'lot_id'),
       audit.watch('erp.hold', 'hold_id'),
       audit.watch('erp.hold_excursion', 'hold_id', 'excursion_id'),
       audit.watch('erp.unit_cost', 'unit_id'),
       audit.watch('erp.supplier_invoice', 'invoice_id'),
       audit.watch('erp.supplier_invoice_line', 'invoice_id', 'line'),
       audit.watch('erp.claim', 'claim_id'),
       audit.watch('erp.claim_line', 'claim_line_id'),
       audit.watch('erp.claim_evidence', 'claim_line_id', 'excursion_id', 'series_id'),
       audit.watch('erp.claim_charge', 'claim_charge_id'),
       audit.watch('erp.claim_terms', 'supplier_id'),
       audit.watch('erp.claim_change', 'claim_change_id'),
       audit.watch('erp.delivery_promise', 'order_id');

-- The readings that a claim rests on, as they stood: the archive may be thinned or altered, these are not.
create table erp.kept_reading (
    series_id  integer not null references telemetry.series,
    time       timestamptz not null,
    value      double precision not null,
    quality    smallint not null,
    kept_at    timestamptz not null default clock_timestamp(),
    primary key (series_id, time)
);
create trigger kept_is_append_only before update or delete or truncate on erp.kept_reading
    for each statement execute function erp.refuse_rewriting();
alter table erp.kept_reading enable always trigger kept_is_append_only;

create function erp.keep_readings(series integer, since timestamptz, until timestamptz) returns void language sql as $$
    insert into erp.kept_reading (series_id, time, value, quality)
    select reading.series_id, reading.time, reading.value, reading.quality
    from telemetry.reading reading
    where reading.series_id = series and reading.time between since and until
    on conflict (series_id, time) do nothing
$$;
create function erp.keep_evidence() returns trigger language plpgsql as $$
begin
    perform erp.keep_readings(new.series_id, new.since, new.until);
    return null;
end
$$;
create trigger evidence_keeps_its_readings after insert or update on erp.claim_evidence
    for each row execute function erp.keep_evidence();
select erp.keep_readings(series_id, since, until) from erp.claim_evidence;

create function erp.kept_digest(series integer, since timestamptz, until timestamptz) returns text language sql stable
return encode(sha256(coalesce(
    (select string_agg(int8send(erp.instant(kept.time)) || float8send(kept.value), ''::bytea order by kept.time)
     from erp.kept_reading kept
     where kept.series_id = series and kept.time between since and until), ''::bytea)), 'hex');
comment on function erp.kept_digest is 'As claim_evidence.digest is made, from the readings that were kept.';
