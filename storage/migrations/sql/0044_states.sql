-- Every document keeps to the one list of states: claims had one of their own, alerts, profiles and invoices none. And
-- a delivery is decided once.

insert into erp.state_change (machine, before, after)
select 'claim', before, after from erp.claim_step;
create or replace function erp.guard_claim() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and row(new.code, new.supplier_id, new.order_id, new.receipt_id, new.currency, new.due_on)
        is distinct from row(old.code, old.supplier_id, old.order_id, old.receipt_id, old.currency, old.due_on) then
        raise exception 'claim % was sent: it stays as it is', old.code;
    end if;
    return new;
end
$$;
create trigger claim_keeps_to_states before update of state on erp.claim
    for each row execute function erp.keep_to_states('claim');
alter table erp.claim_event
    drop constraint claim_event_before_after_fkey,
    add column machine text not null generated always as ('claim') stored,
    add foreign key (machine, before, after) references erp.state_change;
drop table erp.claim_step;

insert into erp.state_change (machine, before, after) values
    ('alert', 'raised', 'escalated'), ('alert', 'raised', 'acknowledged'), ('alert', 'raised', 'resolved'),
    ('alert', 'escalated', 'acknowledged'), ('alert', 'escalated', 'resolved'), ('alert', 'escalated', 'raised'),
    ('alert', 'acknowledged', 'resolved'), ('alert', 'acknowledged', 'raised'),
    ('profile', 'draft', 'approved'), ('profile', 'approved', 'retired'),
    ('supplier_invoice', 'blocked', 'approved');
create trigger alert_keeps_to_states before update of state on rules.alert
    for each row execute function erp.keep_to_states('alert');
create trigger profile_keeps_to_states before update of state on rules.profile
    for each row execute function erp.keep_to_states('profile');
create trigger invoice_keeps_to_states before update of state on erp.supplier_invoice
    for each row execute function erp.keep_to_states('supplier_invoice');

create function erp.keep_decision() returns trigger language plpgsql as $$
begin
    if old.decision is not null and (new.decision, new.decided_at, new.decided_by)
        is distinct from (old.decision, old.decided_at, old.decided_by) then
        raise exception 'delivery % was %: it is decided once', old.code, replace(old.decision, '_', ' ');
    end if;
    return new;
end
$$;
create trigger delivery_is_decided_once before update on erp.goods_receipt
    for each row execute function erp.keep_decision();
