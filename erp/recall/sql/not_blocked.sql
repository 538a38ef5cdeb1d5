-- Units in stock that an open recall means and that nobody has blocked for it.
select distinct stock.unit_id
from erp.recall_unit recalled
join erp.recall using (recall_id)
join erp.stock stock using (unit_id)
where recalled.unit_id = any(%(unit_ids)s) and recall.state = 'open' and not recall.mock
    and not exists (
        select from erp.hold
        where hold.unit_id = recalled.unit_id and hold.cause = 'recall' and hold.released_at is null
    )
order by stock.unit_id
