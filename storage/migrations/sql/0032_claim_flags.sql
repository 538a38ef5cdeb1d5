-- Evidence that rests on a flag of receiving is kept, frozen and audited as that of an excursion is.

create view erp.claim_proof as
select claim_line_id, excursion_id, null::bigint as flag_id, series_id, since, until, readings, lowest, highest, digest,
       deficiency, withdrawn_at
from erp.claim_evidence
union all
select claim_line_id, null, flag_id, series_id, since, until, readings, lowest, highest, digest, deficiency,
       withdrawn_at
from erp.claim_flag;

create function erp.keep_sent_flag() returns trigger language plpgsql as $$
declare
    sent erp.claim;
    unit text;
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
        perform erp.note_claim_change(
            sent.claim_id, null, format('unit %s: withdrawn, %s', unit, new.withdrawn_why));
    else
        perform erp.note_claim_change(sent.claim_id, null, format('unit %s: %s', unit, new.deficiency));
    end if;
    return null;
end
$$;
create trigger sent_evidence_stays before insert or update or delete on erp.claim_flag
    for each row execute function erp.keep_sent_flag();
create trigger evidence_keeps_its_readings after insert or update on erp.claim_flag
    for each row execute function erp.keep_evidence();
select erp.keep_readings(series_id, since, until) from erp.claim_flag;

select audit.watch('erp.claim_flag', 'claim_line_id', 'flag_id', 'series_id'),
       audit.watch('erp.flag', 'flag_id'),
       audit.watch('erp.carriage', 'carriage_id');
