-- An invoice that was recorded wrongly is taken back with a reason: its entries are reversed, its number is free again.

alter table erp.supplier_invoice
    add column cancelled_by   text,
    add column cancelled_at   timestamptz,
    add column cancelled_why  text check (cancelled_why ~ '\S'),
    drop constraint supplier_invoice_state_check,
    add constraint supplier_invoice_state_check check (state in ('matched', 'blocked', 'approved', 'cancelled')),
    drop constraint invoice_approved_by_a_person,
    add constraint invoice_approved_by_a_person check (
        num_nonnulls(approved_by, approved_at, approved_why) in (0, 3)
        and case state when 'approved' then approved_by is not null when 'cancelled' then true else approved_by is null end),
    add constraint invoice_cancelled_by_a_person check (
        num_nonnulls(cancelled_by, cancelled_at, cancelled_why) = case when state = 'cancelled' then 3 else 0 end),
    drop constraint supplier_invoice_supplier_id_code_key;
create unique index supplier_invoice_standing on erp.supplier_invoice (supplier_id, code) where state <> 'cancelled';
create index supplier_invoice_by_code on erp.supplier_invoice (code);
create index journal_entry_by_invoice on erp.journal_entry (invoice_id) where invoice_id is not null;

insert into erp.state_change (machine, before, after)
select 'supplier_invoice', before, 'cancelled' from unnest(array['matched', 'blocked', 'approved']) before;
