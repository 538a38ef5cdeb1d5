-- Lots of which a claim asks for more than came, by unit and by quantity together.
select lot.code as lot, lot.quantity as came, told.claimed
from (
    select lot_id, sum(quantity) as claimed
    from (
        select lot_id, quantity, false as by_quantity from erp.claim_line where claim_id = %(claim_id)s and struck_at is null
        union all
        select lot_id, quantity, true from erp.claim_item
        where claim_id = %(claim_id)s and struck_at is null and lot_id is not null
    ) asked
    group by lot_id
    having bool_or(by_quantity)
) told
join erp.lot lot using (lot_id)
where told.claimed > lot.quantity
order by lot.code
