-- Audit: every table that a person's act changes is watched, and rows that prove something, or say who may do what, are in
-- the chain from their insert on, so that audit verify holds each of them against what the chain says it is.

-- Times in UTC and bytes in hexadecimal whatever the session asks for, so that a row compares with its records.
create function audit.shown(told jsonb) returns jsonb language sql immutable
return coalesce((
    select jsonb_object_agg(field, case
        when field = 'password_hash' or length(value #>> '{}') > 10000 then
            to_jsonb('sha256:' || encode(sha256(convert_to(value #>> '{}', 'UTF8')), 'hex'))
        else value end)
    from jsonb_each(told) as one (field, value)
), '{}');
comment on function audit.shown is 'A row as the chain has it: of secrets, and of what is very long, only the SHA-256.';

create or replace function audit.note_change() returns trigger language plpgsql
    set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
    was jsonb := case when tg_op <> 'INSERT' then audit.shown(to_jsonb(old)) end;
    now_ jsonb := case when tg_op <> 'DELETE' then audit.shown(to_jsonb(new)) end;
    key text := (select string_agg(coalesce(now_, was) ->> name, '/' order by number)
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
    elsif tg_op = 'INSERT' then
        told := jsonb_build_object('after', now_);
    else
        told := jsonb_build_object('before', was);
    end if;
    perform audit.append(
        coalesce(nullif(current_setting('coldbind.actor', true), ''), 'database role ' || session_user),
        case tg_op when 'UPDATE' then 'row changed' when 'INSERT' then 'row added' else 'row removed' end,
        format('%s.%s %s', tg_table_schema, tg_table_name, key),
        told::text);
    return null;
end
$$;

create function audit.rows_of(kept text, keys text[]) returns table (subject text, fields jsonb) language plpgsql stable
    set timezone = 'UTC' set datestyle = 'ISO' set bytea_output = 'hex' set extra_float_digits = 1 as $$
begin
    return query execute format(
        'select %L || concat_ws(''/'', %s), audit.shown(to_jsonb(row_)) from %s row_ order by 1',
        kept || ' ', (select string_agg(format('row_.%I', key), ', ') from unnest(keys) key), kept);
end
$$;
comment on function audit.rows_of is 'Every row of a kept table as the chain should have it, under the subject it has there.';

create function audit.keep(kept regclass, variadic keys text[]) returns void language plpgsql set timezone = 'UTC' as $$
begin
    execute format(
        'create constraint trigger additions_are_audited after insert on %s deferrable initially deferred '
        'for each row execute function audit.note_change(%s)',
        kept, (select string_agg(quote_literal(key), ', ') from unnest(keys) key));
    execute format('alter table %s enable always trigger additions_are_audited', kept);
    perform audit.append('coldbind', 'row added', row_.subject, jsonb_build_object('after', row_.fields, 'why', 'kept from now on')::text)
    from audit.rows_of(kept::text, keys) row_;
end
$$;
comment on function audit.keep is 'From now on every row of a table is in the chain, and held against it by audit verify.';

select audit.watch('binding.calibration', 'calibration_id'),
       audit.watch('binding.cancellation', 'movement_id'),
       audit.watch('binding.logger_figure', 'file_id', 'number'),
       audit.watch('binding.logger_file', 'file_id'),
       audit.watch('binding.logger_travel', 'travel_id'),
       audit.watch('binding.logger_travel_cancellation', 'travel_id'),
       audit.watch('binding.location_told', 'told_id'),
       audit.watch('binding.placing', 'placing_id'),
       audit.watch('binding.placing_cancellation', 'placing_id'),
       audit.watch('erp.account', 'account_id'),
       audit.watch('erp.announcement', 'announcement_id'),
       audit.watch('erp.announcement_line', 'announcement_id', 'number'),
       audit.watch('erp.claim_replacement', 'order_id'),
       audit.watch('erp.customer', 'customer_id'),
       audit.watch('erp.customer_return', 'return_id'),
       audit.watch('erp.delivery_condition', 'shipment_id', 'unit_id'),
       audit.watch('erp.dispatch_line', 'dispatch_line_id'),
       audit.watch('erp.disposition_reason', 'kind', 'code'),
       audit.watch('erp.ledger_account', 'account'),
       audit.watch('erp.pick', 'pick_id'),
       audit.watch('erp.pick_face', 'location_id', 'product_id'),
       audit.watch('erp.recall', 'recall_id'),
       audit.watch('erp.recall_notice', 'recall_id', 'customer_id'),
       audit.watch('erp.recall_reply', 'reply_id'),
       audit.watch('erp.recall_unit', 'recall_id', 'unit_id'),
       audit.watch('erp.receipt_condition', 'condition_id'),
       audit.watch('erp.rotation', 'pick_id'),
       audit.watch('erp.sales_order', 'sales_order_id'),
       audit.watch('erp.sales_order_line', 'sales_order_id', 'line'),
       audit.watch('erp.shipment', 'shipment_id'),
       audit.watch('erp.state_change', 'machine', 'before', 'after'),
       audit.watch('erp.stock_count', 'count_id'),
       audit.watch('erp.stock_count_line', 'count_id', 'unit_id'),
       audit.watch('erp.storage_place', 'location_id'),
       audit.watch('erp.warehouse_task', 'task_id'),
       audit.watch('erp.wave', 'wave_id'),
       audit.watch('rules.adoption', 'adoption_id'),
       audit.watch('rules.alert_step', 'step_id'),
       audit.watch('rules.budget', 'rule_id'),
       audit.watch('rules.budget_range', 'rule_id', 'number'),
       audit.watch('rules.device_alarm', 'alarm_id'),
       audit.watch('rules.escalation', 'severity'),
       audit.watch('rules.pattern', 'location_id', 'kind'),
       audit.watch('rules.sensor_limits', 'series_id');

-- Append-only tables are not watched: any change of them is a fault, also one that the chain would tell of.
select audit.keep('erp.account', 'account_id'),
       audit.keep('erp.signature', 'signature_id'),
       audit.keep('erp.disposition', 'disposition_id'),
       audit.keep('erp.two_people', 'profile'),
       audit.keep('erp.period_close', 'closed_through'),
       audit.keep('erp.purchase_order', 'order_id'),
       audit.keep('erp.purchase_order_line', 'order_id', 'line'),
       audit.keep('erp.goods_receipt', 'receipt_id'),
       audit.keep('erp.supplier_invoice', 'invoice_id'),
       audit.keep('erp.supplier_invoice_line', 'invoice_id', 'line'),
       audit.keep('erp.claim', 'claim_id'),
       audit.keep('erp.claim_line', 'claim_line_id'),
       audit.keep('erp.claim_item', 'claim_item_id'),
       audit.keep('erp.claim_charge', 'claim_charge_id'),
       audit.keep('erp.claim_terms', 'supplier_id'),
       audit.keep('erp.claim_event', 'claim_event_id'),
       audit.keep('erp.claim_letter', 'claim_letter_id'),
       audit.keep('erp.claim_attachment', 'claim_attachment_id'),
       audit.keep('erp.claim_replacement', 'order_id'),
       audit.keep('erp.credit_note', 'credit_note_id'),
       audit.keep('erp.legal_hold', 'legal_hold_id');

-- Signatures and the two that were only guarded for the owner: now also where triggers are told to rest.
alter table erp.signature enable always trigger signature_is_append_only;
alter table erp.account enable always trigger account_is_for_ever;
