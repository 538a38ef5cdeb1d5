-- An open recall holds the records of its time; only closing the case ends that hold.

alter table erp.legal_hold
    add column recall_id  bigint unique references erp.recall,
    add constraint legal_hold_of_a_recall_says_so check (recall_id is null or cause = 'recall');
comment on column erp.legal_hold.recall_id is 'The case it was placed with; it ends when a person closes that.';

create function erp.keep_recall_hold() returns trigger language plpgsql as $$
begin
    if new.released_at is not null and old.released_at is null
        and exists (select from erp.recall where recall_id = old.recall_id and state = 'open') then
        raise exception 'records hold % is of a recall that is open: it ends when that is closed', old.legal_hold_id;
    end if;
    return new;
end
$$;
create trigger recall_hold_stays_while_open before update on erp.legal_hold
    for each row execute function erp.keep_recall_hold();

insert into erp.legal_hold (cause, words, since, placed_by, recall_id)
select 'recall', 'recall ' || recall.code || ': ' || recall.reason,
       least(min(receipt.arrived_at), recall.since), recall.opened_by, recall.recall_id
from erp.recall recall
join erp.recall_unit meant using (recall_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
where recall.state = 'open' and not recall.mock
group by recall.recall_id;
