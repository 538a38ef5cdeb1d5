-- A credit note that was recorded wrongly is taken back with a reason, which opens its claim again; and an answer that was
-- recorded wrongly is told again.

alter table erp.credit_note
    add column cancelled_by   text,
    add column cancelled_at   timestamptz,
    add column cancelled_why  text check (cancelled_why ~ '\S'),
    add constraint credit_note_cancelled_by_a_person check (
        num_nonnulls(cancelled_by, cancelled_at, cancelled_why) in (0, 3)),
    drop constraint credit_note_supplier_id_code_key;
create unique index credit_note_standing on erp.credit_note (supplier_id, code) where cancelled_at is null;
comment on column erp.credit_note.cancelled_why is 'Why a person took it back; its number may be recorded anew then.';

create function erp.keep_credit_note() returns trigger language plpgsql as $$
begin
    if old.cancelled_at is null and new.cancelled_at is not null
        and to_jsonb(new) - '{cancelled_by,cancelled_at,cancelled_why}'::text[]
            = to_jsonb(old) - '{cancelled_by,cancelled_at,cancelled_why}'::text[] then
        return new;
    end if;
    raise exception 'credit note % stays as it is, and is taken back once', old.code;
end
$$;
drop trigger credit_note_is_append_only on erp.credit_note;
create trigger credit_note_is_append_only before delete or truncate on erp.credit_note
    for each statement execute function erp.refuse_rewriting();
create trigger credit_note_stays before update on erp.credit_note
    for each row execute function erp.keep_credit_note();
alter table erp.credit_note enable always trigger credit_note_is_append_only;
alter table erp.credit_note enable always trigger credit_note_stays;
select audit.watch('erp.credit_note', 'credit_note_id');

create function erp.claim_credited(wanted bigint) returns numeric language sql stable
return coalesce((select sum(note.amount) from erp.credit_note note
                 where note.claim_id = wanted and note.cancelled_at is null), 0);
comment on function erp.claim_credited is 'The money that came for a claim.';

create function erp.claim_replaced(wanted bigint) returns numeric language sql stable
return coalesce((select sum(line.amount) from erp.journal_entry entry join erp.journal_line line using (entry_id)
                 where entry.claim_id = wanted and entry.kind = 'replacement' and line.account = '2100'), 0);
comment on function erp.claim_replaced is 'What the goods were worth that came for a claim in place of money.';

insert into erp.state_change (machine, before, after) values
    ('claim', 'accepted', 'part_accepted'), ('claim', 'accepted', 'rejected'),
    ('claim', 'part_accepted', 'accepted'), ('claim', 'part_accepted', 'part_accepted'),
    ('claim', 'part_accepted', 'rejected'),
    ('claim', 'rejected', 'accepted'), ('claim', 'rejected', 'part_accepted'),
    ('claim', 'credited', 'accepted'), ('claim', 'credited', 'part_accepted'),
    ('claim', 'replaced', 'accepted'), ('claim', 'replaced', 'part_accepted'),
    ('claim', 'closed', 'accepted'), ('claim', 'closed', 'part_accepted'),
    ('supplier_invoice', 'blocked', 'matched');

-- What is withdrawn under a sent claim says which excursion it was.
create or replace function erp.keep_sent_evidence() returns trigger language plpgsql as $$
declare
    sent erp.claim;
    unit text;
    began timestamptz := (select started_at from rules.excursion where excursion_id = new.excursion_id);
begin
    select claim.* into sent
    from erp.claim_line line join erp.claim claim using (claim_id)
    where line.claim_line_id = coalesce(new.claim_line_id, old.claim_line_id);
    if sent.state = 'draft' then
        return coalesce(new, old);
    end if;
    if tg_op = 'DELETE' then
        raise exception 'claim % was sent: its evidence stays as it is', sent.code;
    end if;
    select stock.code into unit
    from erp.claim_line line join binding.stock_unit stock using (unit_id)
    where line.claim_line_id = new.claim_line_id;
    if new.withdrawn_at is not null then
        perform erp.note_claim_change(sent.claim_id, new.excursion_id, format(
            'unit %s, excursion from %s UTC: withdrawn, %s',
            unit, to_char(began at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), new.withdrawn_why));
    else
        perform erp.note_claim_change(
            sent.claim_id, new.excursion_id, format('unit %s: %s', unit, new.deficiency));
    end if;
    return null;
end
$$;
